// Whether it is known which disk the answer file must name.
import { NAME_THE_DISK, primaryDisk } from '../../primaryDisk';
import type { Check } from '../check';
import { block, hostObject } from '../findings';
import { anyServed, SERVED, servedHosts } from './served';

export const primaryDiskKnown: Check = {
  id: 'PrimaryDiskUnknown',
  title: 'The disk with the system of each host is known',
  source: '5.1 (existing-installation) of the XenServer reference',
  range: `${SERVED}, for hosts whose local storage does not tell`,
  remedy: NAME_THE_DISK,
  moments: ['Planning', 'BeforeHost'],
  applies: anyServed,
  judge: (situation) =>
    servedHosts(situation).flatMap((host) => {
      const disk = primaryDisk(situation.world, host.uuid, situation.orders.boot?.disks[host.uuid]);
      if (disk.known) return [];
      const message = `host ${host.name}: the pool does not show which disk carries its system: ${disk.why}`;
      return [block([hostObject(host)], message, NAME_THE_DISK)];
    }),
};
