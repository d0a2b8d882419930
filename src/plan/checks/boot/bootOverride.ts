// Whether a BMC can make its machine boot once from where the boot method wants it.
import type { Check } from '../check';
import { block, hostObject } from '../findings';
import { anyServed, judgeMachines, SERVED } from './served';

const REMEDY = 'choose another boot method for the host (spec.hosts[].boot.method)';

export const bootOverride: Check = {
  id: 'BootNotOffered',
  title: 'The BMC can override the next boot as the boot method needs it',
  source: '1.7 (boot override) of the BMC reference',
  range: `${SERVED}, where spec.hosts names a BMC`,
  remedy: REMEDY,
  moments: ['Planning', 'BeforeHost'],
  applies: anyServed,
  judge: (situation) =>
    judgeMachines(situation, ({ targets }, { host, subject, method }) => {
      const wanted = method === 'PXE' ? 'Pxe' : 'Cd';
      if (targets.includes(wanted)) return undefined;
      const offered = targets.length === 0 ? 'none' : targets.join(' and ');
      const message = `${subject} overrides the next boot with ${offered}; boot method ${method} needs ${wanted}`;
      return block([hostObject(host)], message, REMEDY);
    }),
};
