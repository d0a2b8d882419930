import { expect } from 'chai';
import type { Write } from '../../src/embedded-kubernetes/store';
import type { Resource } from '../../src/kubernetes/api';
import { writeStatus, type WithStatus } from '../../src/kubernetes/writer';
import { flaky } from './flakyApi';
import { inStore, rejectedWith, type InStore } from './inStore';

const ROCKETS: Resource = { group: 'example.dev', version: 'v1', plural: 'rockets', kind: 'Rocket' };

function ready(status: string, time: string): unknown {
  return { phase: 'Flying', conditions: [{ type: 'Ready', status, reason: 'R', lastTransitionTime: time }] };
}

describe('the conditional status writer', () => {
  let world: InStore;
  let made: WithStatus;
  let writes: Write[];

  beforeEach(async () => {
    writes = [];
    world = inStore({ resources: [{ resource: ROCKETS, status: true }], onWrite: (write) => writes.push(write) });
    const fresh: WithStatus = { apiVersion: 'example.dev/v1', kind: 'Rocket', metadata: { name: 'a', namespace: 'pad' } };
    made = await world.run(world.store.create(ROCKETS, fresh));
  });

  const stored = (): Promise<WithStatus> => world.run(world.store.get<WithStatus>(ROCKETS, 'pad', 'a'));

  it('writes what is new and gives the object for the next write', async () => {
    const first = await world.run(writeStatus(world.store, ROCKETS, made, ready('True', 't1')));
    if (first.kind !== 'Written') throw new Error(first.kind);
    const second = await world.run(writeStatus(world.store, ROCKETS, first.object, ready('False', 't2')));
    expect(second.kind).to.equal('Written');
    expect((await stored()).status).to.deep.equal(ready('False', 't2'));
  });

  it('sends nothing when only times of conditions or the order of keys differ', async () => {
    await world.run(writeStatus(world.store, ROCKETS, made, ready('True', 't1')));
    const before = writes.length;
    const same = { conditions: [{ lastTransitionTime: 't9', reason: 'R', status: 'True', type: 'Ready' }], phase: 'Flying' };
    expect(await world.run(writeStatus(world.store, ROCKETS, await stored(), same))).to.deep.equal({ kind: 'Unchanged' });
    expect(writes).to.have.length(before);
  });

  it('keeps the time of a condition that did not change', async () => {
    await world.run(writeStatus(world.store, ROCKETS, made, ready('True', 't1')));
    await world.run(writeStatus(world.store, ROCKETS, await stored(), { ...(ready('True', 't2') as object), phase: 'Landed' }));
    expect((await stored()).status).to.deep.equal({ ...(ready('True', 't1') as object), phase: 'Landed' });
  });

  it('yields to whoever wrote in between, and sees that the object is gone', async () => {
    await world.run(writeStatus(world.store, ROCKETS, made, ready('True', 't1')));
    expect(await world.run(writeStatus(world.store, ROCKETS, made, ready('False', 't2')))).to.deep.equal({ kind: 'Conflict' });
    const last = await stored();
    await world.run(world.store.delete(ROCKETS, 'pad', 'a'));
    expect(await world.run(writeStatus(world.store, ROCKETS, last, ready('False', 't2')))).to.deep.equal({ kind: 'Gone' });
  });

  it('looks whether a write whose answer was lost has happened', async () => {
    const answered = await world.run(writeStatus(flaky(world.store, ['answer lost']), ROCKETS, made, ready('True', 't1')));
    if (answered.kind !== 'Written') throw new Error(answered.kind);
    expect(answered.object).to.deep.equal(await stored());
    const lost = writeStatus(flaky(world.store, ['request lost']), ROCKETS, answered.object, ready('False', 't2'));
    expect(await world.run(rejectedWith(lost))).to.equal('TimedOut');
  });

  it('tells another object of the same name from its own', async () => {
    const api = flaky(world.store, ['request lost']);
    await world.run(world.store.delete(ROCKETS, 'pad', 'a'));
    await world.run(world.store.create(ROCKETS, { ...made, metadata: { name: 'a', namespace: 'pad' } }));
    expect(await world.run(writeStatus(api, ROCKETS, made, ready('True', 't1')))).to.deep.equal({ kind: 'Gone' });
  });
});
