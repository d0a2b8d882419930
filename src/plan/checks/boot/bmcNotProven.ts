// I14: a BMC that nothing proves to be the host's own is not acted upon.
import type { Check } from '../check';
import { block, hostObject } from '../findings';
import { anyServed, judgeMachines, SERVED } from './served';

const REMEDY =
  'give spec.hosts[].bmc.expectedSerial, the serial number on the label of the machine as `xenpool bmc probe` prints it, or expectedUUID';

export const bmcNotProven: Check = {
  id: 'BmcNotProven',
  title: 'The BMC named for each host is proven to be its own',
  source: '1.5 (identity check) of the BMC reference',
  range: `${SERVED}, where spec.hosts names a BMC`,
  remedy: REMEDY,
  moments: ['Planning', 'BeforeHost'],
  applies: anyServed,
  judge: (situation) =>
    judgeMachines(situation, ({ identity }, { host, subject }) =>
      identity.kind === 'Unproven'
        ? block([hostObject(host)], `${subject} cannot be proven to be its own: ${identity.why}`, REMEDY)
        : undefined,
    ),
};
