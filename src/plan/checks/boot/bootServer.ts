// Whether there is anybody who serves installers.
import type { Check } from '../check';
import { block } from '../findings';
import { anyServed, hostObjects, SERVED, servedHosts, withBoot } from './served';

const REMEDY = 'deploy the boot server beside the controller, or choose Staged or Manual (spec.boot.method)';

export const bootServer: Check = {
  id: 'BootServerMissing',
  title: 'A boot server serves the installer',
  source: 'our own: images, answer files and network boots come from it',
  range: SERVED,
  remedy: REMEDY,
  moments: ['Planning', 'BeforeHost'],
  applies: anyServed,
  judge: (situation) =>
    withBoot(situation, ({ offers }) => {
      const hosts = servedHosts(situation);
      if (offers !== undefined || hosts.length === 0) return [];
      const message = 'the controller runs without a boot server, from which these hosts are to boot';
      return [block(hostObjects(hosts), message, REMEDY)];
    }),
};
