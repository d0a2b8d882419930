// Which partition layout the installer will find, by what the staging plugin says of the disk. Installers after 8.2 refuse the layout of 6.5 and before.
import { compareVersions } from '../../release';
import type { Check, CheckedObject, CheckHop, CheckSituation, Finding } from '../check';
import type { Host } from '../../pool';
import { hostObject, leadsTo } from '../findings';
import { hostsToUpgrade, isStaged } from './hopSide';

const CONVERT =
  'empty the local SR of the host (at least 38 GiB) and stage again with spec.consent.destroyLocalStorage, or reinstall the host';

export const diskLayout: Check = {
  id: 'OldDiskLayout',
  title: 'The partition layout of each host is one that the installer takes',
  source:
    '1.6 (disk layout, conversion, DOS partition table), 4.7 and 5.5 step 6 of the XenServer reference; XenCenter SafeToUpgradeCheck',
  range:
    'to 7.0 and later: a warning on paths that end at 8.2 or before, a block on those that lead beyond, from their first hop on (utility partition: a block from 8.2 on)',
  remedy: CONVERT,
  moments: ['Planning', 'Prepared', 'BeforeHost'],
  applies: ({ hop }) => leadsTo(hop, '7.0'),
  judge: (situation) => hostsToUpgrade(situation).flatMap((host) => judgeHost(situation, host)),
};

function judgeHost(situation: CheckSituation, host: Host): readonly Finding[] {
  const objects = [hostObject(host)];
  const plugin = situation.inspection.hosts[host.uuid]?.plugin;
  const answer = plugin?.known === true ? plugin.value.safe2upgrade : undefined;
  if (answer === undefined) return [unknownLayout(situation, host, plugin?.known === false ? plugin.why : 'it was not asked')];
  return answer === 'true' ? [] : [findingOf(answer, host, objects, situation)];
}

/** Where a person boots the installer its refusal is seen at once, and nothing has been touched then. */
function unknownLayout(situation: CheckSituation, host: Host, why: string): Finding {
  const message = `${host.name} did not say which partition layout its disk has (${why})`;
  const remedy =
    'look with `fdisk -l` or `sgdisk -p` on the host: from 7.0 on there are six partitions, with one of 4 GiB for logs';
  const holdsUp = leadsTo(situation.hop, '8.3') && isStaged(situation, host);
  return { verdict: holdsUp ? 'Unknown' : 'Warn', objects: [hostObject(host)], message, remedy };
}

/** Told at the first hop, while there is still an installer that converts. */
function endsBeyond({ to, path = [to] }: CheckHop): boolean {
  return path.some((release) => compareVersions(release.version, '8.3') >= 0);
}

/** `false` was the word of old plugins for disks on the local SR. */
const REASONS: Readonly<Record<string, string>> = {
  not_enough_space: 'its local SR is too small to make room for the layout of 7.0',
  vdi_present: 'its local SR holds disks, which the layout of 7.0 would destroy',
  false: 'its local SR holds disks, which the layout of 7.0 would destroy',
};

function findingOf(answer: string, host: Host, objects: readonly CheckedObject[], { hop }: CheckSituation): Finding {
  if (answer === 'utility_part_present')
    return {
      verdict: leadsTo(hop, '8.2') ? 'Block' : 'Warn',
      objects,
      message: `${host.name} has a utility partition of the vendor on its disk; installers from 8.2 on refuse it on a DOS partition table`,
      remedy: 'remove the utility partition, or reinstall the host',
    };
  const block = endsBeyond(hop);
  if (answer === 'legacy_partition_table')
    return {
      verdict: block ? 'Block' : 'Warn',
      objects,
      message: `${host.name} has a DOS partition table; XenServer 9 takes none, and XenCenter refuses it for every target after 8.2`,
      remedy: CONVERT,
    };
  const why = REASONS[answer] ?? `its staging plugin says ${answer}`;
  const end = block ? 'no installer after 8.2 takes it' : 'it keeps that layout, with which no installer after 8.2 will take it';
  return {
    verdict: block ? 'Block' : 'Warn',
    objects,
    message: `${host.name} has the partition layout of 6.5 or earlier and cannot be converted, because ${why}: ${end}`,
    remedy: CONVERT,
  };
}
