// Whole upgrades while something dies: the API server in the middle of it, and the controller in every phase. Nothing is done twice, and the end is the same.
import { expect } from 'chai';
import { hostInWork, type RunState } from '../../src/upgrade/state';
import { readState } from '../../src/controller/store/status';
import { Client } from '../contract/kubernetes/client';
import { NAMESPACE, poolOfEachTest, siteOfSuite } from './site';

const OBJECTS = `/apis/xenpool.dev/v1alpha1/namespaces/${NAMESPACE}/poolupgrades`;

/** Where a run stands: the host in work with its phase, else the phase of the pool. */
function standOf(state: RunState): string {
  const host = state.phase === 'Upgrading' ? hostInWork(state) : undefined;
  return host === undefined ? state.phase : `${host.role} ${host.phase}`;
}

/** A successor waits a minute for leases, which is more than an hour of the pool: a host whose installer ran meanwhile is back, and never seen to rejoin. */
const SPARED = ['member Installing'];

describe('an upgrade while something dies', () => {
  const here = siteOfSuite();
  const served = poolOfEachTest(here);

  it('goes on when the API server is killed and comes back, in the middle of an installer and of a drain', async () => {
    const operator = await here().operator();
    here().apply(here().manifest(served()));
    for (const stand of ['Installing', 'Draining']) {
      here().kubectl(
        '-n',
        NAMESPACE,
        'wait',
        'pu/rack7',
        `--for=jsonpath={.status.hosts[?(@.role=="${stand === 'Installing' ? 'master' : 'member'}")].phase}=${stand}`,
        '--timeout=240s',
      );
      await here().cluster.killApi();
      await here().cluster.startApi();
    }
    await here().expectUpgraded(served());
    expect(operator.said).to.not.match(/"event":"defect"/);
  }).timeout(600_000);

  it('comes to the same end when the controller is killed once in each phase', async () => {
    const operator = await here().operator();
    here().apply(here().manifest(served()));
    const killedIn = new Set<string>();
    const client = new Client(here().cluster.server);
    while (here().object().status?.phase !== 'Succeeded') {
      for await (const { object } of client.watch(
        `${OBJECTS}?watch=true&timeoutSeconds=60&fieldSelector=metadata.name%3Drack7`,
      )) {
        const state = readState(object as Parameters<typeof readState>[0]);
        if (state === undefined || state.phase === 'Succeeded') continue;
        const stand = standOf(state);
        if (killedIn.has(stand) || SPARED.includes(stand)) continue;
        killedIn.add(stand);
        await operator.killAndRestart();
        break;
      }
    }
    await here().expectUpgraded(served());
    expect([...killedIn]).to.include.members([
      'Preparing',
      'master Draining',
      'master Safeguarding',
      'master Leaving',
      'master Installing',
      'master Restoring',
      'member Draining',
      'member Leaving',
      'member Rejoining',
      'member Restoring',
      'Finishing',
    ]);
    expect(operator.restarts).to.equal(killedIn.size);
  }).timeout(1_800_000);
});
