import { expect } from 'chai';
import { CONFIG_MAPS, type KubeObject } from '../../src/kubernetes/api';
import { type ApiCall, observedApi } from '../../src/kubernetes/observedApi';
import { inStore } from './inStore';

const MAP: KubeObject = { apiVersion: 'v1', kind: 'ConfigMap', metadata: { name: 'a', namespace: 'ops' } };

describe('an observed API', () => {
  it('tells of each call what it was, what came of it and how long it took, and changes nothing', async () => {
    const world = inStore();
    const calls: ApiCall[] = [];
    const api = observedApi(world.store, world.clock, (call) => calls.push(call));
    const made = await world.run(api.create(CONFIG_MAPS, MAP));
    expect(made.metadata.uid).to.be.a('string');
    await world.run(api.get(CONFIG_MAPS, 'ops', 'a'));
    const stale = { ...made, metadata: { ...made.metadata, resourceVersion: '0', labels: { a: 'b' } } };
    const kind = await world.run(api.replace(CONFIG_MAPS, stale).catch((error: { kind: string }) => error.kind));
    expect(kind).to.equal('Conflict');
    expect(calls.map(({ verb, resource, conflict }) => ({ verb, resource, conflict }))).to.deep.equal([
      { verb: 'create', resource: 'configmaps', conflict: false },
      { verb: 'get', resource: 'configmaps', conflict: false },
      { verb: 'update', resource: 'configmaps', conflict: true },
    ]);
    expect(calls[0]).to.include({ status: 201, tookMs: 1 });
  });

  it('tells of a watch when it ends', async () => {
    const world = inStore();
    const calls: ApiCall[] = [];
    const api = observedApi(world.store, world.clock, (call) => calls.push(call));
    await world.run(api.create(CONFIG_MAPS, MAP));
    const over = new AbortController();
    const seen = (async (): Promise<string[]> => {
      const names: string[] = [];
      for await (const event of api.watch(CONFIG_MAPS, 'ops', '0', over.signal)) {
        if (event.type !== 'BOOKMARK') names.push(event.object.metadata.name);
        over.abort();
      }
      return names;
    })();
    expect(await world.run(seen)).to.deep.equal(['a']);
    expect(calls.map(({ verb, status }) => `${verb} ${status}`)).to.deep.equal(['create 201', 'watch 200']);
  });
});
