// Hosts that are members of an Active Directory: the service that joins them is another one from 8.2 and 8.3 on.
import type { Check } from '../check';
import { hostObject, leadsTo, listNames, warn } from '../findings';
import { comesFromBelow, withHazards } from './hopSide';

export const directoryService: Check = {
  id: 'DirectoryRejoin',
  title: 'Logins by Active Directory work after the upgrade',
  source: '1.6 (PBIS → winbind) and 6.1 (external_auth_*) of the XenServer reference',
  range: 'to 8.2 or later from below 8.3, with external authentication; a warning',
  remedy:
    'have an account of the domain at hand that may join hosts (xe pool-enable-external-auth), and a local root login; name the local login in spec.pool.credentialsRef',
  moments: ['Planning'],
  applies: ({ hop }) => leadsTo(hop, '8.2') && comesFromBelow(hop, '8.3'),
  judge: (situation) =>
    withHazards(situation, 'Warn', ({ hosts }) => {
      const joined = situation.pool.hosts.filter(({ uuid }) => (hosts[uuid]?.directory ?? '') !== '');
      if (joined.length === 0) return [];
      const message = `${listNames(joined)} is a member of a directory; the membership may have to be made anew, because PBIS gives way to winbind`;
      return [warn(joined.map(hostObject), message, directoryService.remedy)];
    }),
};
