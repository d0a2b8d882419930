// Contract: the resources every cluster has, as far as the operator uses them.
import { expect } from 'chai';
import type { Place } from './contract';
import { kite } from './kites';

const configMap = (name: string, more: object = {}): object => ({
  apiVersion: 'v1',
  kind: 'ConfigMap',
  metadata: { name },
  ...more,
});
const secret = (name: string, more: object = {}): object => ({ apiVersion: 'v1', kind: 'Secret', metadata: { name }, ...more });

export function builtinContract(here: () => Place): void {
  describe('ConfigMaps and Secrets', () => {
    it('are kept as they come, without a generation, and may be replaced without a version', async () => {
      const [p, name] = [here(), here().name()];
      const { code, body } = await p.client.post(p.core('configmaps'), configMap(name, { data: { a: '1' } }));
      expect(code).to.equal(201);
      expect(body.data).to.deep.equal({ a: '1' });
      expect(body.metadata).to.not.have.property('generation');
      const put = await p.client.put(p.core('configmaps', name), configMap(name, { data: { a: '2' } }));
      expect([put.code, put.body.data]).to.deep.equal([200, { a: '2' }]);
    });

    it('a Secret takes texts as stringData and is Opaque', async () => {
      const [p, name] = [here(), here().name()];
      const { body } = await p.client.post(p.core('secrets'), secret(name, { stringData: { user: 'root' } }));
      expect(body).to.deep.include({ type: 'Opaque', data: { user: 'cm9vdA==' } });
      expect(body).to.not.have.property('stringData');
    });

    it('hold one mebibyte and not a byte more', async () => {
      const [p, name] = [here(), here().name()];
      const data = (bytes: number): object => ({ binaryData: { a: Buffer.alloc(bytes).toString('base64') } });
      const full = await p.client.post(p.core('configmaps'), configMap(name, data(1_048_576)));
      expect(full.code).to.equal(201);
      const over = await p.client.post(p.core('configmaps'), configMap(p.name(), data(1_048_577)));
      expect([over.code, over.body.reason]).to.deep.equal([422, 'Invalid']);
      expect(over.body.message).to.contain('Too long: may not be more than 1048576 bytes');
    });

    it('that are immutable stay so, but can be labelled and deleted', async () => {
      const [p, name] = [here(), here().name()];
      await p.client.post(p.core('configmaps'), configMap(name, { data: { a: '1' }, immutable: true }));
      const changed = await p.client.merge(p.core('configmaps', name), { data: { a: '2' } });
      expect(changed.body.message).to.equal(
        `ConfigMap "${name}" is invalid: data: Forbidden: field is immutable when \`immutable\` is set`,
      );
      expect((await p.client.merge(p.core('configmaps', name), { metadata: { labels: { a: 'b' } } })).code).to.equal(200);
      expect((await p.client.delete(p.core('configmaps', name))).code).to.equal(200);
    });

    it('take strategic merge patches', async () => {
      const [p, name] = [here(), here().name()];
      await p.client.post(p.core('configmaps'), configMap(name, { data: { a: '1', b: '2' } }));
      const type = 'application/strategic-merge-patch+json';
      const { body } = await p.client.send('PATCH', p.core('configmaps', name), { data: { a: null, c: '3' } }, { type });
      expect(body.data).to.deep.equal({ b: '2', c: '3' });
    });
  });

  describe('Leases', () => {
    const path = (...rest: string[]): string =>
      ['/apis/coordination.k8s.io/v1/namespaces', here().namespace, 'leases', ...rest].join('/');
    const lease = (name: string, spec: object): object => ({
      apiVersion: 'coordination.k8s.io/v1',
      kind: 'Lease',
      metadata: { name },
      spec,
    });

    it('take times of six fraction digits and no others', async () => {
      const p = here();
      const time = (renewTime: string): Promise<{ code: number }> =>
        p.client.post(path(), lease(p.name(), { holderIdentity: 'a', leaseDurationSeconds: 15, renewTime }));
      const codes = [];
      for (const text of [
        '2026-01-01T00:00:00.123456Z',
        '2026-01-01T00:00:00.123Z',
        '2026-01-01T00:00:00Z',
        '2026-01-01T00:00:00.123456789Z',
      ])
        codes.push((await time(text)).code);
      expect(codes).to.deep.equal([201, 400, 400, 400]);
    });

    it('have a duration above nothing and are held by one of two', async () => {
      const [p, name] = [here(), here().name()];
      const none = await p.client.post(path(), lease(name, { holderIdentity: 'a', leaseDurationSeconds: 0 }));
      expect([none.code, none.body.reason]).to.deep.equal([422, 'Invalid']);
      expect(none.body.message).to.contain('spec.leaseDurationSeconds: Invalid value: 0: must be greater than 0');
      const { body } = await p.client.post(path(), lease(name, { leaseDurationSeconds: 15 }));
      const take = (holderIdentity: string): Promise<{ code: number }> =>
        p.client.put(path(name), { ...body, spec: { ...body.spec, holderIdentity } });
      const codes = await Promise.all([take('a'), take('b')]);
      expect(codes.map(({ code }) => code).sort()).to.deep.equal([200, 409]);
    });
  });

  describe('Events', () => {
    const path = (...rest: string[]): string =>
      ['/apis/events.k8s.io/v1/namespaces', here().namespace, 'events', ...rest].join('/');
    const event = (name: string, more: object = {}): object => ({
      apiVersion: 'events.k8s.io/v1',
      kind: 'Event',
      metadata: { name },
      eventTime: '2026-01-01T00:00:00.000000Z',
      reportingController: 'xenpool.dev/operator',
      reportingInstance: 'one',
      action: 'Upgrade',
      reason: 'HostDone',
      type: 'Normal',
      note: 'host a is done',
      regarding: { kind: 'Kite', namespace: here().namespace, name: 'a', uid: 'u1', apiVersion: 'contract.xenpool.dev/v1' },
      ...more,
    });

    it('are the same objects in both groups', async () => {
      const [p, name] = [here(), here().name()];
      const { code, body } = await p.client.post(path(), event(name));
      expect(code).to.equal(201);
      expect(body).to.deep.include({ note: 'host a is done', kind: 'Event', apiVersion: 'events.k8s.io/v1' });
      const core = await p.client.get(p.core('events', name));
      expect(core.body).to.deep.include({
        apiVersion: 'v1',
        message: 'host a is done',
        reportingComponent: 'xenpool.dev/operator',
      });
      expect(core.body.involvedObject).to.include({ kind: 'Kite', name: 'a', uid: 'u1' });
      const selector = encodeURIComponent('involvedObject.kind=Kite,involvedObject.name=a,involvedObject.uid=u1');
      const { body: list } = await p.client.get(`${p.core('events')}?fieldSelector=${selector}`);
      expect(list.items.map(({ metadata }: { metadata: { name: string } }) => metadata.name)).to.include(name);
    });

    for (const [what, more, field] of [
      ['without a controller', { reportingController: '' }, 'reportingController'],
      ['without an instance', { reportingInstance: '' }, 'reportingInstance'],
      ['without an action', { action: '' }, 'action'],
      ['without a reason', { reason: '' }, 'reason'],
      ['of another type', { type: 'Strange' }, 'type'],
      ['with a note too long', { note: 'x'.repeat(1025) }, 'message'],
    ] as const)
      it(`are refused ${what}`, async () => {
        const p = here();
        const { code, body } = await p.client.post(path(), event(p.name(), more));
        expect([code, body.reason]).to.deep.equal([422, 'Invalid']);
        expect(body.message).to.contain(`${field}: `);
      });

    it('about nothing in their namespace are refused', async () => {
      const p = here();
      const { code, body } = await p.client.post(path(), event(p.name(), { regarding: { kind: 'Kite', name: 'a' } }));
      expect(code).to.equal(422);
      expect(body.message).to.contain('does not match event.namespace');
    });

    it('become a series by a patch, and change in nothing else', async () => {
      const [p, name] = [here(), here().name()];
      await p.client.post(path(), event(name));
      const series = { series: { count: 2, lastObservedTime: '2026-01-01T00:01:00.000000Z' } };
      expect((await p.client.merge(path(name), series)).body.series).to.include({ count: 2 });
      const changed = await p.client.merge(path(name), { note: 'other' });
      expect([changed.code, changed.body.reason]).to.deep.equal([422, 'Invalid']);
    });
  });

  describe('namespaces', () => {
    it('go with everything in them, after what finalizers hold', async () => {
      const { client, namespace: _n, ...rest } = here();
      const p = here();
      void rest;
      const name = `gone-${p.name()}`;
      await client.post('/api/v1/namespaces', { apiVersion: 'v1', kind: 'Namespace', metadata: { name } });
      const kites = `/apis/contract.xenpool.dev/v1/namespaces/${name}/kites`;
      await client.post(kites, kite('held', {}, { finalizers: ['contract.xenpool.dev/a'] }));
      await client.post(`/api/v1/namespaces/${name}/configmaps`, configMap('a'));
      const { body } = await client.delete(`/api/v1/namespaces/${name}`);
      expect(body.status.phase).to.equal('Terminating');
      const held = await p.until(async () => {
        const { body: object } = await client.get(`${kites}/held`);
        return object.metadata?.deletionTimestamp === undefined ? undefined : object;
      });
      expect(held.metadata.finalizers).to.deep.equal(['contract.xenpool.dev/a']);
      const late = await client.post(`/api/v1/namespaces/${name}/configmaps`, configMap('late'));
      expect([late.code, late.body.reason]).to.deep.equal([403, 'Forbidden']);
      expect(late.body.message).to.contain('because it is being terminated');
      await client.merge(`${kites}/held`, { metadata: { finalizers: null } });
      await p.until(async () => ((await client.get(`/api/v1/namespaces/${name}`)).code === 404 ? true : undefined));
    });

    it('owners take what is theirs with them', async () => {
      const [p, owner, owned] = [here(), here().name(), here().name()];
      const { body } = await p.client.post(p.kites(), kite(owner));
      const ownerReferences = [{ apiVersion: body.apiVersion, kind: 'Kite', name: owner, uid: body.metadata.uid }];
      await p.client.post(p.core('configmaps'), { ...configMap(owned), metadata: { name: owned, ownerReferences } });
      await p.client.delete(`${p.kites(owner)}?propagationPolicy=Background`);
      await p.until(async () => ((await p.client.get(p.core('configmaps', owned))).code === 404 ? true : undefined));
    });
  });
}
