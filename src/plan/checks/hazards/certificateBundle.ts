// A defect of XCP-ng 8.3 that a pool meets after its upgrade from 8.2.
import { compareVersions } from '../../release';
import type { Check } from '../check';
import { leadsTo, poolObject, warn } from '../findings';
import { comesFromBelow } from './hopSide';

export const certificateBundle: Check = {
  id: 'CertificateBundleEmptied',
  title: 'Hosts can verify each other after the upgrade',
  source: '2.6 (TLS verification) and 10 #12 of the XenServer reference',
  range: 'XCP-ng from 8.2 to 8.3; a warning: what it is about comes only afterwards',
  remedy:
    'where hosts cannot talk after the last one: xe host-refresh-server-certificate on every host, then xe pool-enable-tls-verification',
  moments: ['Planning'],
  applies: ({ hop }) =>
    hop.to.brand === 'XCP-ng' &&
    leadsTo(hop, '8.3') &&
    compareVersions(hop.from.version, '8.2') >= 0 &&
    comesFromBelow(hop, '8.3'),
  judge: ({ pool }) => [
    warn(
      [poolObject(pool)],
      `the upgrade may leave pool ${pool.name} with an empty certificate bundle, so that its hosts do not trust each other; TLS verification is not enabled by it`,
      certificateBundle.remedy,
    ),
  ],
};
