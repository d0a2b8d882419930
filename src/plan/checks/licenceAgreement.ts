// Some releases come with a licence agreement that somebody must have accepted before they are installed unattended.
import type { Check } from './check';
import { block, hostObject } from './findings';
import { stagedHosts } from './repositoryUnreachable';

const REMEDY = 'read the file EULA of the repository, and set spec.consent.acceptEua to true';

export const licenceAgreement: Check = {
  id: 'EuaNotAccepted',
  title: 'The licence agreement of the release is accepted',
  source: '3.2 and 4.7 (getEUA) of the XenServer reference; XenCenter UpgradeRequiresEua',
  range: 'boot method Staged, with plugin 2.2.5 or later (XenServer 8, XCP-ng 8.3 and hotfixed 8.2.1)',
  remedy: REMEDY,
  moments: ['Planning', 'BeforeHost'],
  applies: ({ orders }) => orders.consent.acceptEua !== true,
  judge: (situation) => {
    const { hop, inspection } = situation;
    const hosts = stagedHosts(situation).filter(({ uuid }) => {
      const plugin = inspection.hosts[uuid]?.plugin;
      return plugin?.known === true && (plugin.value.eua ?? '') !== '';
    });
    if (hosts.length === 0) return [];
    const message = `release ${hop.to.version} comes with a licence agreement that nobody has accepted`;
    return [block(hosts.map(hostObject), message, REMEDY)];
  },
};
