// I14: a BMC that is another machine's would switch that one off.
import type { Check } from '../check';
import { block, hostObject } from '../findings';
import { anyServed, judgeMachines, SERVED } from './served';

const REMEDY = 'correct spec.hosts[].bmc.address, or expectedSerial and expectedUUID where they are given';

export const bmcOfAnotherHost: Check = {
  id: 'BmcOfAnotherHost',
  title: 'The BMC named for each host is no other machine’s',
  source: '1.5 (identity check) of the BMC reference',
  range: `${SERVED}, where spec.hosts names a BMC`,
  remedy: REMEDY,
  moments: ['Planning', 'BeforeHost'],
  applies: anyServed,
  judge: (situation) =>
    judgeMachines(situation, ({ identity }, { host, subject }) =>
      identity.kind === 'Mismatch'
        ? block([hostObject(host)], `${subject} belongs to another machine: ${identity.why}`, REMEDY)
        : undefined,
    ),
};
