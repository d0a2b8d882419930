import { contract } from '../kubernetes/contract';
import { startCluster } from './cluster';
import { programs } from './programs';

contract('the real one', () => startCluster(programs()));
