// Hazards of the pool as a whole: rights, licences, clusters, storage with a procedure of its own, what changes with the line of products.
import { expect } from 'chai';
import { known, unknown } from '../../../../src/foundation/fact';
import type { CheckSituation } from '../../../../src/plan/checks/check';
import { hazardChecks } from '../../../../src/plan/checks/hazardChecks';
import { backupPossible } from '../../../../src/plan/checks/hazards/backupPossible';
import { certificateBundle } from '../../../../src/plan/checks/hazards/certificateBundle';
import { clusteredStorage } from '../../../../src/plan/checks/hazards/clusteredStorage';
import { clusterQuorum } from '../../../../src/plan/checks/hazards/clusterQuorum';
import { crossGrade } from '../../../../src/plan/checks/hazards/crossGrade';
import { licence } from '../../../../src/plan/checks/hazards/licence';
import { secretRotation } from '../../../../src/plan/checks/hazards/secretRotation';
import { storageLink } from '../../../../src/plan/checks/hazards/storageLink';
import { upgradeForbidden } from '../../../../src/plan/checks/hazards/upgradeForbidden';
import { xostor } from '../../../../src/plan/checks/hazards/xostor';
import type { ClusterSight } from '../../../../src/plan/checks/hazardTraits';
import { guest, host, pbd, poolOf, sr, world } from '../../smallPool';
import { NOW, orders } from '../checking';
import { given, hopOf, itTells, unseen, verdictOf, XCP, XS } from './cases';

const BOTH = ['name-one', 'name-two'];

describe('the pool', () => {
  itTells({
    check: upgradeForbidden,
    what: 'hci-forbid-rpu',
    sound: given(),
    found: given({ bend: { pool: { forbidsRollingUpgrade: true } } }),
    verdict: 'Block',
    names: ['the pool'],
    says: /hci-forbid-rpu/,
  });
  itTells({
    check: secretRotation,
    what: 'a rotation that is not over',
    sound: given(),
    found: given({ bend: { pool: { secretRotationPending: true } } }),
    verdict: 'Block',
    names: ['the pool'],
    says: /rotation of its secret/,
  });
  const mixed = poolOf([host('one', '7.6.0'), host('two', '7.1.2')]);
  itTells({
    check: backupPossible,
    what: 'mixed mode',
    sound: given(),
    found: given({ pool: mixed }),
    verdict: 'Warn',
    names: ['the pool'],
    says: /dummy database/,
  });
  const refused = given({ seen: { plugin: unknown('host.call_plugin: RBAC_PERMISSION_DENIED host.call_plugin') } });
  itTells({
    check: backupPossible,
    what: 'a login without the right',
    sound: given(),
    found: refused,
    verdict: 'Block',
    names: ['name-one'],
    says: /refused its plugin/,
  });

  it('that nobody looked at holds up what could block', () => {
    for (const check of [upgradeForbidden, secretRotation, licence, clusterQuorum])
      expect(verdictOf(check, unseen(given())), check.id).to.equal('Unknown');
  });

  it('in good order passes every check but those that always warn of what comes', () => {
    const sound = given({ hop: hopOf(XS('7.1.2'), XS('7.6.0'), 'http://repository.example/') });
    const told = hazardChecks.filter((check) => verdictOf(check, sound) !== 'Pass').map(({ id }) => id);
    expect(told).to.deep.equal([]);
  });
});

describe('licences', () => {
  const running = world([guest('a', 'one')]);
  const forbidding = given({ world: running, bend: { host: { restricted: ['xen_motion'] } } });
  itTells({
    check: licence,
    what: 'live migration forbidden',
    sound: given({ world: running }),
    found: forbidding,
    verdict: 'Block',
    names: [...BOTH, 'guest a'],
    says: /forbids live migration/,
  });
  itTells({
    check: licence,
    what: 'the same with consent to downtime',
    sound: given({ world: running }),
    found: { ...forbidding, orders: orders(forbidding.pool, { acceptDowntime: true }) },
    verdict: 'Warn',
    names: [...BOTH, 'guest a'],
    says: /have to stop/,
  });
  itTells({
    check: licence,
    what: 'rolling upgrades not included',
    sound: given(),
    found: given({ bend: { host: { restricted: ['rpu'] } } }),
    verdict: 'Warn',
    names: BOTH,
    says: /does not include rolling pool upgrades/,
  });
  itTells({
    check: licence,
    what: 'a licence that has ended',
    sound: given({ bend: { host: { licenceExpiry: NOW + 1 } } }),
    found: given({ bend: { host: { licenceExpiry: NOW } } }),
    verdict: 'Warn',
    names: BOTH,
    says: /has ended/,
  });
  it('do not matter to a pool in which nothing runs', () => {
    expect(verdictOf(licence, given({ bend: { host: { restricted: ['xen_motion'] } } }))).to.equal('Pass');
  });
});

describe('clusters and storage', () => {
  const cluster: ClusterSight = { uuid: 'c', stack: 'corosync', quorate: true, absent: [] };
  const with_ = (more: Partial<ClusterSight>, hop = hopOf(XS('7.6.0'), XS('8.2.1'))): CheckSituation =>
    given({ hop, bend: { clusters: known([{ ...cluster, ...more }]) } });
  itTells({
    check: clusterQuorum,
    what: 'a lost quorum',
    sound: with_({}),
    found: with_({ quorate: false }),
    verdict: 'Block',
    names: ['corosync'],
    says: /not quorate/,
  });
  itTells({
    check: clusterQuorum,
    what: 'a member outside',
    sound: with_({ quorate: undefined }),
    found: with_({ absent: ['two'] }),
    verdict: 'Block',
    names: ['corosync'],
    says: /lacks name-two/,
  });
  itTells({
    check: clusterQuorum,
    what: 'clusters that could not be read',
    sound: given(),
    found: given({ bend: { clusters: unknown('no answer') } }),
    verdict: 'Unknown',
    names: ['the pool'],
    says: /no answer/,
  });

  const cross = hopOf(XS('8.2.1'), XCP('8.2.1'));
  itTells({
    check: clusteredStorage,
    what: 'a cluster in a cross-grade',
    sound: given({ hop: cross }),
    found: with_({}, cross),
    verdict: 'Block',
    names: ['corosync'],
    says: /does not start/,
  });
  itTells({
    check: clusteredStorage,
    what: 'GFS2 in a cross-grade',
    sound: given({ hop: cross, world: world([], { srs: [sr('g')] }) }),
    found: given({ hop: cross, world: world([], { srs: [sr('g', { type: 'gfs2' })] }) }),
    verdict: 'Block',
    names: ['storage g'],
    says: /GFS2/,
  });
  const toNine = hopOf(XS('8.4.0'), XS('9.0.0'));
  itTells({
    check: clusteredStorage,
    what: 'corosync 2 before XenServer 9',
    sound: with_({ stack: 'corosync3' }, toNine),
    found: with_({}, toNine),
    verdict: 'Block',
    names: ['corosync'],
    says: /corosync 3/,
  });

  const storage = (type: string, attached = true): CheckSituation['world'] =>
    world([], { srs: [sr('s', { type })], pbds: [pbd('one', 's', attached)] });
  itTells({
    check: xostor,
    what: 'XOSTOR',
    sound: given({ world: storage('nfs') }),
    found: given({ world: storage('linstor') }),
    verdict: 'Block',
    names: ['storage s'],
    says: /own procedure/,
  });

  const toSixOne = hopOf(XS('5.6.100'), XS('6.1.0'));
  itTells({
    check: storageLink,
    what: 'an attached StorageLink SR',
    sound: given({ hop: toSixOne, world: storage('cslg', false) }),
    found: given({ hop: toSixOne, world: storage('cslg') }),
    verdict: 'Block',
    names: ['storage s'],
    says: /must be detached/,
  });
  itTells({
    check: storageLink,
    what: 'one that is the default',
    sound: given({ hop: toSixOne, world: storage('cslg', false) }),
    found: given({ hop: toSixOne, world: storage('cslg', false), bend: { pool: { defaultSr: 's' } } }),
    verdict: 'Block',
    names: ['storage s'],
    says: /default SR/,
  });
  itTells({
    check: storageLink,
    what: 'one on a later release',
    sound: given({ world: storage('nfs') }),
    found: given({ world: storage('cslg') }),
    verdict: 'Warn',
    names: ['storage s'],
    says: /not documented/,
  });
});

describe('what changes with the release', () => {
  itTells({
    check: crossGrade,
    what: 'XenServer becoming XCP-ng',
    sound: given({ hop: hopOf(XCP('8.1.0'), XCP('8.2.1')) }),
    found: given({ hop: hopOf(XS('8.1.0'), XCP('8.2.1')) }),
    verdict: 'Warn',
    names: ['the pool'],
    says: /licensed features/,
  });
  itTells({
    check: certificateBundle,
    what: 'XCP-ng 8.2 to 8.3',
    sound: given({ hop: hopOf(XCP('8.1.0'), XCP('8.2.1')) }),
    found: given({ hop: hopOf(XCP('8.2.1'), XCP('8.3.0')) }),
    verdict: 'Warn',
    names: ['the pool'],
    says: /empty certificate bundle/,
  });
});
