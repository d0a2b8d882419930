// Multipath and boot from SAN: the installer must see the disk as the installed system does. XenAPI gives no more than a hint.
import { compareVersions } from '../../release';
import type { Check, CheckSituation, Finding } from '../check';
import type { Host } from '../../pool';
import { localSrs } from './localStorage';
import { hostObject } from '../findings';
import { hostsToUpgrade, isStaged, withHazards } from './hopSide';

export const multipathBoot: Check = {
  id: 'MultipathBoot',
  title: 'The installer sees the system disk as the host does',
  source: '1.6 (multipath, boot from SAN), 4.7 and 5.3 (device_mapper_multipath) of the XenServer reference',
  range: 'hosts with multipathing on; always a warning, because XenAPI does not show what the host boots from',
  remedy:
    'give the installer the `device_mapper_multipath=` of the kernel command line of the running host; on a host that boots from iSCSI use plugin 1.1.5 or later (7.5)',
  moments: ['Planning', 'BeforeHost'],
  applies: () => true,
  judge: (situation) =>
    withHazards(situation, 'Warn', ({ hosts }) =>
      hostsToUpgrade(situation)
        .filter(({ uuid }) => hosts[uuid]?.multipathing === true)
        .flatMap((host) => judgeHost(situation, host)),
    ),
};

/** The staging plugin hands the argument on by itself, so only boot from SAN is left to be feared: a host without any SR on a disk of its own. */
function judgeHost(situation: CheckSituation, host: Host): readonly Finding[] {
  const said = (message: string): readonly Finding[] => [
    { verdict: 'Warn', objects: [hostObject(host)], message, remedy: multipathBoot.remedy },
  ];
  if (!isStaged(situation, host))
    return said(
      `${host.name} has multipathing on; booted without \`device_mapper_multipath=enabled\` the installer may not find its system disk, or with it where it was not installed so`,
    );
  if (localSrs(situation.world, host.uuid).length > 0 || compareVersions(host.version.release.version, '7.5') >= 0) return [];
  return said(
    `${host.name} has multipathing on and no SR on a disk of its own: it may boot from SAN, which the staging plugin before 1.1.5 does not know`,
  );
}
