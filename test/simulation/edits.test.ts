// What an edit of the object does, before the pool is touched, while it is, and after the end.
import { expect } from 'chai';
import { type KubeObject, SECRETS } from '../../src/kubernetes/api';
import { Play } from './play';
import { XS } from './rig';

const OLD = XS('7.1.0');
const releases = ['8.0.0', '8.2.1'].map((version) => ({
  version,
  repository: { url: `http://repository.invalid/XenServer/${version}/` },
}));
const shape = { pool: { hosts: 2, vms: 4, release: OLD }, target: XS('8.0.0') };
const spec = { releases };

describe('an edit of the object', () => {
  it('of the target while only a plan stands leads to the new target, not to the old one', async () => {
    const play = await Play.begin({ ...shape, spec: { ...spec, dryRun: true } });
    const planned = await play.phase('AwaitingApproval');
    expect(planned.plan?.hop.to).to.equal('8.0.0');
    await play.edit({ target: { version: '8.2.1' }, dryRun: false });
    const done = await play.phase('Succeeded');
    expect(done.plan?.hop.to).to.equal('8.2.1');
    expect(done.run.id).to.equal(planned.run.id);
    expect(play.systems()).to.deep.equal(['8.2.1', '8.2.1']);
  });

  it('of a gate while only a plan stands keeps the plan', async () => {
    const play = await Play.begin({ ...shape, spec: { ...spec, dryRun: true } });
    const planned = await play.phase('AwaitingApproval');
    await play.edit({ dryRun: false, gates: { approval: 'BeforeUpgrade' } });
    const waiting = await play.until('asks for approval', ({ reason }) => reason === 'ApprovalMissing');
    expect(waiting.plan?.hash).to.equal(planned.plan?.hash);
    await play.edit({ gates: { approvals: [planned.plan!.hash!] } });
    await play.phase('Succeeded');
  });

  it('of the target after the end begins another run, and the first is history', async () => {
    const play = await Play.begin({ ...shape, spec });
    const first = await play.phase('Succeeded');
    expect(first.history).to.equal(undefined);
    await play.edit({ target: { version: '8.2.1' } });
    await play.until('another run', ({ run }) => run.id !== first.run.id);
    const second = await play.phase('Succeeded');
    expect(play.systems()).to.deep.equal(['8.2.1', '8.2.1']);
    expect(second.history?.map(({ id, phase, from, to }) => ({ id, phase, from, to }))).to.deep.equal([
      { id: first.run.id, phase: 'Succeeded', from: '7.1.0', to: '8.0.0' },
    ]);
    expect(second.backup?.sha256).to.not.equal(first.backup?.sha256);
  });

  it('of anything after the end is answered, so that nobody waits for it', async () => {
    const play = await Play.begin({ ...shape, spec });
    await play.phase('Succeeded');
    const { metadata } = await play.edit({ deadlines: { drain: '3h' } });
    const answered = (): boolean => play.stage.object()?.status?.observedGeneration === metadata.generation;
    await play.pass('answers the generation', answered);
    expect((await play.said())?.phase).to.equal('Succeeded');
  });

  it('to something this version does not do is refused by name before anything is touched, and mended by another edit', async () => {
    const play = await Play.begin({ ...shape, spec: { ...spec, failure: { master: 'Restore' } } });
    const refused = await play.until('refused', ({ stalled }) => stalled);
    expect(refused).to.include({ phase: 'Validating', reason: 'NotYetHonoured' });
    expect(refused.message).to.include('spec.failure.master: Restore');
    await play.edit({ failure: { master: 'Halt' } });
    await play.phase('Succeeded');
  });

  it('to something that cannot be lets the host in work be finished and starts no other, until it is mended', async () => {
    const play = await Play.begin({ ...shape, spec });
    await play.until('the master drains', ({ hosts }) => hosts[0]?.phase === 'Draining');
    await play.edit({ window: { timeZone: 'Mars/Olympus', periods: [{ start: '22:00', duration: '8h' }] } });
    const held = await play.phase('Paused');
    expect(held.hosts.map(({ phase }) => phase)).to.deep.equal(['Upgraded', 'Pending']);
    expect((await play.until('says why', ({ reason }) => reason === 'InvalidManifest')).message).to.include(
      'spec.window.timeZone',
    );
    await play.edit({ window: null });
    await play.phase('Succeeded');
  });
});

describe('a Secret', () => {
  it('that is mended is tried within a second', async () => {
    const play = await Play.begin({ ...shape, spec });
    const { namespace = '' } = play.manifest.metadata;
    const { name } = play.manifest.spec.pool.credentialsRef;
    const secret = await play.while(play.stage.api.get<KubeObject & { data: Record<string, string> }>(SECRETS, namespace, name));
    const wrong = { ...secret.data, password: Buffer.from('wrong').toString('base64') };
    await play.while(play.stage.api.replace(SECRETS, { ...secret, metadata: { name, namespace }, data: wrong } as KubeObject));
    await play.until('says that the pool refuses it', ({ message }) => message.includes('SESSION_AUTHENTICATION_FAILED'));
    const { data } = secret;
    await play.while(play.stage.api.replace(SECRETS, { ...secret, metadata: { name, namespace }, data } as KubeObject));
    const mended = play.stage.clock.now();
    const before = play.stage.requests.xapi;
    await play.until('is tried', () => play.stage.requests.xapi > before);
    expect(play.stage.clock.now() - mended).to.be.below(1_000);
    await play.until('goes on', ({ pool }) => pool !== undefined);
  });
});
