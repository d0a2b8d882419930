// The supplemental pack of container management is not carried over by an upgrade, and later releases have none.
import type { Check } from './check';
import { hostObject, hostsConcerned, leadsTo, listNames, warn } from './findings';

const REMEDY = 'manage containers inside their guests from then on';

export const containerManagement: Check = {
  id: 'ContainerManagement',
  title: 'Container management is not in use',
  source: '3.2 of the XenServer reference; XenCenter PoolContainerManagementCheck',
  range: 'to 8.2 and later: a warning',
  remedy: REMEDY,
  moments: ['Planning'],
  applies: ({ hop }) => leadsTo(hop, '8.2'),
  judge(situation) {
    const hosts = hostsConcerned(situation).filter(({ uuid }) => situation.inspection.hosts[uuid]?.containerManagement === true);
    if (hosts.length === 0) return [];
    return [
      warn(hosts.map(hostObject), `${listNames(hosts)}: the container management pack is installed and will be gone`, REMEDY),
    ];
  },
};
