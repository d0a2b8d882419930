// Hosts of Citrix Hypervisor 8.2 need a hotfix whose staging plugin can lay the installer of XenServer 8 in place.
import { compareVersions } from '../release';
import type { Host } from '../pool';
import type { Check, CheckSituation } from './check';
import { block, cannotTell, hostObject, hostsToAsk } from './findings';

/** RPU005. */
export const STAGING_HOTFIX = '38a7eeeb-31ec-4de3-934f-13929ad3e339';

const REMEDY = `apply the hotfix RPU005 (${STAGING_HOTFIX}) to every host, or upgrade by another boot method than Staged`;

export const hotfixMissing: Check = {
  id: 'HotfixMissing',
  title: 'The hotfix that renews the staging plugin is applied',
  source: '3.2 of the XenServer reference; XenCenter HostHasHotfixCheck',
  range: 'from Citrix Hypervisor 8.2.x, boot method Staged; XCP-ng brings its plugin with its own updates',
  remedy: REMEDY,
  moments: ['Planning', 'BeforeHost'],
  applies: ({ hop: { from } }) =>
    from.brand === 'XenServer' && compareVersions(from.version, '8.2') >= 0 && compareVersions(from.version, '8.3') < 0,
  judge: (situation) =>
    hostsToAsk(situation)
      .filter((host) => needsIt(situation, host))
      .flatMap((host) => {
        const updates = situation.inspection.hosts[host.uuid]?.updates;
        if (updates === undefined)
          return [cannotTell([hostObject(host)], `host ${host.name} does not tell which updates it has`, REMEDY)];
        if (updates.includes(STAGING_HOTFIX)) return [];
        return [
          block([hostObject(host)], `host ${host.name} lacks the hotfix RPU005, without which its plugin cannot stage`, REMEDY),
        ];
      }),
};

function needsIt({ orders, hop }: CheckSituation, { uuid, version }: Host): boolean {
  return orders.methods[uuid] === 'Staged' && compareVersions(version.release.version, hop.to.version) < 0;
}
