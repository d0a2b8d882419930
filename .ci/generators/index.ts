// The list of generators. A new one adds a line here and is then written by `npm run generate` and checked by `npm run verify`.
import { bmcDialects } from './bmcDialects';
import { chart } from './chart';
import { checks } from './checks';
import { crd } from './crd';
import { datamodel } from './datamodel';
import type { Generator } from './generator';
import { manifests } from './manifests';
import { reference } from './reference';
import { stateMachine } from './stateMachine';

export const generators: readonly Generator[] = [datamodel, crd, stateMachine, checks, reference, chart, manifests, bmcDialects];
