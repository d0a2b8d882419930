// Contract: creating, replacing and deleting; versions, generations, finalizers, dry runs.
import { expect } from 'chai';
import type { Place } from './contract';
import { GROUP, kite } from './kites';

export function writeContract(here: () => Place): void {
  describe('writes', () => {
    it('a new object has uid, version, time, generation 1 and defaults, and its status is dropped', async () => {
      const [p, name] = [here(), here().name()];
      const { code, body } = await p.client.post(p.kites(), {
        ...kite(name),
        status: { phase: 'Flying', observedGeneration: 4 },
      });
      expect(code).to.equal(201);
      expect(body.metadata).to.include({ name, namespace: 'contract', generation: 1 });
      expect(body.metadata.uid).to.match(/^[0-9a-f-]{36}$/);
      expect(body.metadata.creationTimestamp).to.match(/^\d{4}-\d\d-\d\dT\d\d:\d\d:\d\dZ$/);
      expect(Number(body.metadata.resourceVersion)).to.be.greaterThan(0);
      expect(body.spec).to.deep.equal({ wind: 3, colour: 'red', nested: { depth: 3 } });
      expect(body.status).to.deep.equal({ observedGeneration: -1 });
    });

    it('a name is taken once, and what is not there is not found', async () => {
      const [p, name] = [here(), here().name()];
      await p.client.post(p.kites(), kite(name));
      const again = await p.client.post(p.kites(), kite(name));
      expect(again.body).to.deep.include({
        kind: 'Status',
        status: 'Failure',
        reason: 'AlreadyExists',
        code: 409,
        message: `kites.${GROUP} "${name}" already exists`,
      });
      const none = await p.client.get(p.kites('none'));
      expect(none.body).to.deep.include({
        reason: 'NotFound',
        code: 404,
        message: `kites.${GROUP} "none" not found`,
        details: { name: 'none', group: GROUP, kind: 'kites' },
      });
    });

    it('generateName makes a name', async () => {
      const p = here();
      const { body } = await p.client.post(p.kites(), { ...kite('x'), metadata: { generateName: 'made-' } });
      expect(body.metadata.name).to.match(/^made-[a-z0-9]{5}$/);
    });

    it('a namespace that is not there is not found', async () => {
      const { client } = here();
      const { code, body } = await client.post(`/apis/${GROUP}/v1/namespaces/nowhere/kites`, kite('a'));
      expect([code, body.message]).to.deep.equal([404, 'namespaces "nowhere" not found']);
    });

    it('of two writes from the same read one wins', async () => {
      const [p, name] = [here(), here().name()];
      const { body } = await p.client.post(p.kites(), kite(name));
      const first = await p.client.put(p.kites(name), { ...body, spec: { wind: 4 } });
      const second = await p.client.put(p.kites(name), { ...body, spec: { wind: 5 } });
      expect([first.code, second.code]).to.deep.equal([200, 409]);
      expect(second.body.reason).to.equal('Conflict');
      expect(second.body.message).to.equal(
        `Operation cannot be fulfilled on kites.${GROUP} "${name}": the object has been modified; please apply your changes to the latest version and try again`,
      );
    });

    it('a custom resource is replaced by its version only, and never as another object', async () => {
      const [p, name] = [here(), here().name()];
      const { body } = await p.client.post(p.kites(), kite(name));
      const { resourceVersion: _version, ...metadata } = body.metadata;
      const unversioned = await p.client.put(p.kites(name), { ...body, metadata });
      expect([unversioned.code, unversioned.body.reason]).to.deep.equal([422, 'Invalid']);
      expect(unversioned.body.message).to.contain('metadata.resourceVersion: Invalid value: 0');
      const other = await p.client.put(p.kites(name), { ...body, metadata: { ...body.metadata, uid: 'other' } });
      expect([other.code, other.body.reason]).to.deep.equal([409, 'Conflict']);
    });

    it('the generation counts the spec, not metadata and not status', async () => {
      const [p, name] = [here(), here().name()];
      await p.client.post(p.kites(), kite(name));
      const labelled = await p.client.merge(p.kites(name), { metadata: { labels: { a: 'b' } } });
      const told = await p.client.merge(p.kites(name, 'status'), { status: { phase: 'Ready' } });
      const blown = await p.client.merge(p.kites(name), { spec: { wind: 7 } });
      expect([labelled, told, blown].map(({ body }) => body.metadata.generation)).to.deep.equal([1, 1, 2]);
    });

    it('status and the rest are written through different doors', async () => {
      const [p, name] = [here(), here().name()];
      await p.client.post(p.kites(), kite(name));
      const byStatus = await p.client.merge(p.kites(name, 'status'), {
        spec: { wind: 9 },
        metadata: { labels: { a: 'b' } },
        status: { phase: 'A' },
      });
      expect(byStatus.body.spec.wind).to.equal(3);
      expect(byStatus.body.status).to.deep.equal({ phase: 'A', observedGeneration: -1 });
      expect(byStatus.body.metadata.labels).to.equal(undefined);
      const bySpec = await p.client.merge(p.kites(name), { status: { phase: 'B' } });
      expect(bySpec.body.status.phase).to.equal('A');
    });

    it('the default of the status comes for one that is absent, not for one that lacks the member', async () => {
      const [p, name] = [here(), here().name()];
      await p.client.post(p.kites(), kite(name));
      const left = await p.client.merge(p.kites(name, 'status'), { status: { observedGeneration: null } });
      expect(left.body.status).to.deep.equal({});
      const none = await p.client.merge(p.kites(name, 'status'), { status: null });
      expect(none.body.status).to.deep.equal({ observedGeneration: -1 });
    });

    it('a write that changes nothing makes no version, but for the first, which stores the default of the status', async () => {
      const [p, name] = [here(), here().name()];
      const { body: made } = await p.client.post(p.kites(), kite(name));
      const first = await p.client.merge(p.kites(name), { spec: { wind: 3 } });
      expect(first.body.metadata.resourceVersion).to.not.equal(made.metadata.resourceVersion);
      expect(first.body.metadata.generation).to.equal(1);
      const patched = await p.client.merge(p.kites(name), { spec: { wind: 3 } });
      const put = await p.client.put(p.kites(name), first.body);
      expect([patched.body, put.body].map(({ metadata }) => metadata.resourceVersion)).to.deep.equal([
        first.body.metadata.resourceVersion,
        first.body.metadata.resourceVersion,
      ]);
    });

    it('an object without finalizers goes at once, with a status as its answer', async () => {
      const [p, name] = [here(), here().name()];
      const { body: made } = await p.client.post(p.kites(), kite(name));
      const { code, body } = await p.client.delete(p.kites(name));
      expect(code).to.equal(200);
      expect(body).to.deep.include({ kind: 'Status', status: 'Success' });
      expect(body.details).to.deep.equal({ name, group: GROUP, kind: 'kites', uid: made.metadata.uid });
      expect((await p.client.get(p.kites(name))).code).to.equal(404);
    });

    it('finalizers hold an object, its generation rises, new ones are refused, and it goes with the last', async () => {
      const [p, name] = [here(), here().name()];
      await p.client.post(p.kites(), kite(name, {}, { finalizers: ['contract.xenpool.dev/a', 'contract.xenpool.dev/b'] }));
      const going = await p.client.delete(p.kites(name));
      expect(going.code).to.equal(200);
      expect(going.body.metadata).to.include({ generation: 2, deletionGracePeriodSeconds: 0 });
      expect(going.body.metadata.deletionTimestamp).to.match(/Z$/);
      const more = await p.client.merge(p.kites(name), {
        metadata: { finalizers: ['contract.xenpool.dev/a', 'contract.xenpool.dev/b', 'contract.xenpool.dev/c'] },
      });
      expect(more.code).to.equal(422);
      expect(more.body.message).to.contain('no new finalizers can be added if the object is being deleted');
      const edited = await p.client.merge(p.kites(name), {
        spec: { wind: 8 },
        metadata: { finalizers: ['contract.xenpool.dev/a'] },
      });
      expect(edited.body.spec.wind).to.equal(8);
      expect((await p.client.merge(p.kites(name), { metadata: { finalizers: null } })).code).to.equal(200);
      expect((await p.client.get(p.kites(name))).code).to.equal(404);
    });

    it('a deletion is held to the uid and version it names', async () => {
      const [p, name] = [here(), here().name()];
      const { body: made } = await p.client.post(p.kites(), kite(name));
      const wrong = await p.client.delete(p.kites(name), {
        kind: 'DeleteOptions',
        apiVersion: 'v1',
        preconditions: { uid: 'other' },
      });
      const old = await p.client.delete(p.kites(name), {
        kind: 'DeleteOptions',
        apiVersion: 'v1',
        preconditions: { resourceVersion: '1' },
      });
      expect([wrong.code, old.code]).to.deep.equal([409, 409]);
      expect(wrong.body.message).to.equal(
        `Operation cannot be fulfilled on Kite.${GROUP} "${name}": the UID in the precondition (other) does not match the UID in record (${made.metadata.uid}). The object might have been deleted and then recreated`,
      );
      const right = { kind: 'DeleteOptions', apiVersion: 'v1', preconditions: { uid: made.metadata.uid } };
      expect((await p.client.delete(p.kites(name), right)).code).to.equal(200);
    });

    it('a dry run answers as the write would and changes nothing', async () => {
      const [p, name] = [here(), here().name()];
      const tried = await p.client.post(`${p.kites()}?dryRun=All`, kite(name));
      expect([tried.code, tried.body.spec.colour]).to.deep.equal([201, 'red']);
      expect((await p.client.get(p.kites(name))).code).to.equal(404);
      await p.client.post(p.kites(), kite(name));
      const patched = await p.client.merge(`${p.kites(name)}?dryRun=All`, { spec: { wind: 6 } });
      expect(patched.body.spec.wind).to.equal(6);
      await p.client.delete(`${p.kites(name)}?dryRun=All`);
      expect((await p.client.get(p.kites(name))).body.spec.wind).to.equal(3);
      expect((await p.client.merge(`${p.kites(name)}?dryRun=All`, { spec: { wind: 99 } })).code).to.equal(422);
    });

    it('the name of the path is the name of the object', async () => {
      const [p, name] = [here(), here().name()];
      const { body } = await p.client.post(p.kites(), kite(name));
      const { code, body: refused } = await p.client.put(p.kites(name), {
        ...body,
        metadata: { ...body.metadata, name: 'other' },
      });
      expect([code, refused.reason]).to.deep.equal([400, 'BadRequest']);
      expect(refused.message).to.equal(`the name of the object (other) does not match the name on the URL (${name})`);
    });

    it('a body of another kind is invalid, and one that is no JSON a bad request', async () => {
      const p = here();
      const other = await p.client.post(p.kites(), { ...kite('x'), kind: 'Balloon' });
      const empty = await p.client.post(p.kites(), undefined, { raw: '{', type: 'application/json' });
      expect([other.code, other.body.message]).to.deep.equal([
        422,
        `Balloon.${GROUP} "x" is invalid: kind: Invalid value: "Balloon": must be Kite`,
      ]);
      expect([empty.code, empty.body.reason]).to.deep.equal([400, 'BadRequest']);
    });

    it('a token nobody has is unauthorized, no token is forbidden', async () => {
      const p = here();
      const bad = await p.client.get(p.kites(), { token: 'nonsense' });
      expect([bad.code, bad.body.reason, bad.body.message]).to.deep.equal([401, 'Unauthorized', 'Unauthorized']);
      const none = await p.client.get(p.kites(), { token: null });
      expect([none.code, none.body.reason]).to.deep.equal([403, 'Forbidden']);
      expect(none.body.message).to.equal(
        `kites.${GROUP} is forbidden: User "system:anonymous" cannot list resource "kites" in API group "${GROUP}" in the namespace "contract"`,
      );
    });
  });
}
