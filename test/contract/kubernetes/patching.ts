// Contract: merge patch, JSON patch and server-side apply.
import { expect } from 'chai';
import type { Place } from './contract';
import { GROUP, kite } from './kites';

export function patchContract(here: () => Place): void {
  describe('patches', () => {
    async function made(spec: object = {}): Promise<string> {
      const [p, name] = [here(), here().name()];
      await p.client.post(p.kites(), kite(name, spec));
      return name;
    }

    it('a merge patch changes what it names, and takes away what it names null', async () => {
      const [p, name] = [here(), await made({ code: 'abc', labels: { a: '1', b: '2' } })];
      const { body } = await p.client.merge(p.kites(name), { spec: { code: null, wind: 5, labels: { a: null, c: '3' } } });
      expect(body.spec).to.deep.include({ wind: 5, labels: { b: '2', c: '3' } });
      expect(body.spec).to.not.have.property('code');
    });

    it('a version in a merge patch is a condition, on the object and on its status; without one it is none', async () => {
      const [p, name] = [here(), await made()];
      const stale = { metadata: { resourceVersion: '1' } };
      const answers = [
        await p.client.merge(p.kites(name), { ...stale, spec: { wind: 4 } }),
        await p.client.merge(p.kites(name, 'status'), { ...stale, status: { phase: 'A' } }),
      ];
      expect(answers.map(({ code, body }) => [code, body.reason])).to.deep.equal([
        [409, 'Conflict'],
        [409, 'Conflict'],
      ]);
      const together = await Promise.all([1, 2, 3, 4, 5].map((wind) => p.client.merge(p.kites(name), { spec: { wind } })));
      expect(together.map(({ code }) => code)).to.deep.equal([200, 200, 200, 200, 200]);
    });

    it('a uid in a merge patch cannot be changed on the object, and is nothing on the status', async () => {
      const [p, name] = [here(), await made()];
      const object = await p.client.merge(p.kites(name), { metadata: { uid: 'other' } });
      expect([object.code, object.body.reason]).to.deep.equal([422, 'Invalid']);
      expect(object.body.message).to.contain('metadata.uid: Invalid value: "other": field is immutable');
      expect(
        (await p.client.merge(p.kites(name, 'status'), { metadata: { uid: 'other' }, status: { phase: 'A' } })).code,
      ).to.equal(200);
    });

    it('a JSON patch is carried out in order or not at all', async () => {
      const [p, name] = [here(), await made({ steps: ['a', 'b'] })];
      const good = await p.client.jsonPatch(p.kites(name), [
        { op: 'test', path: '/spec/wind', value: 3 },
        { op: 'add', path: '/spec/steps/1', value: 'x' },
        { op: 'remove', path: '/spec/steps/0' },
        { op: 'move', from: '/spec/colour', path: '/spec/code' },
      ]);
      expect(good.body.spec).to.deep.include({ steps: ['x', 'b'], code: 'red', colour: 'red' });
      const stale = await p.client.jsonPatch(p.kites(name), [{ op: 'replace', path: '/metadata/resourceVersion', value: '1' }]);
      expect([stale.code, stale.body.reason]).to.deep.equal([409, 'Conflict']);
    });

    it('a JSON patch that does not fit is refused without saying why', async () => {
      const [p, name] = [here(), await made()];
      for (const patch of [[{ op: 'test', path: '/spec/wind', value: 4 }], [{ op: 'add', path: '/spec/none/deep', value: 4 }]]) {
        const { code, body } = await p.client.jsonPatch(p.kites(name), patch);
        expect([code, body.reason, body.message]).to.deep.equal([
          422,
          'Invalid',
          'the server rejected our request due to an error in our request',
        ]);
      }
      const object = await p.client.jsonPatch(p.kites(name), { spec: {} });
      expect([object.code, object.body.reason]).to.deep.equal([400, 'BadRequest']);
      expect(object.body.message).to.contain('json: cannot unmarshal object into Go value of type []handlers.jsonPatchOp');
    });

    it('other content types are no patches of a custom resource', async () => {
      const [p, name] = [here(), await made()];
      for (const type of ['application/json', 'application/strategic-merge-patch+json', 'application/apply-patch+json']) {
        const { code, body } = await p.client.send('PATCH', p.kites(name), {}, { type });
        expect([type, code, body.reason]).to.deep.equal([type, 415, 'UnsupportedMediaType']);
      }
    });
  });

  describe('server-side apply', () => {
    const applying = (name: string, spec: object): object => ({
      apiVersion: `${GROUP}/v1`,
      kind: 'Kite',
      metadata: { name },
      spec,
    });
    const by = (name: string, manager: string, more = ''): string => `${here().kites(name)}?fieldManager=${manager}${more}`;

    it('makes what is not there, and says who manages what', async () => {
      const [p, name] = [here(), here().name()];
      const { code, body } = await p.client.apply(
        by(name, 'one'),
        applying(name, { wind: 2, lines: [{ name: 'a', length: 5 }] }),
      );
      expect(code).to.equal(201);
      expect(body.spec).to.deep.include({ wind: 2, colour: 'red' });
      expect(body.metadata.managedFields).to.have.length(1);
      expect(body.metadata.managedFields[0]).to.deep.include({
        manager: 'one',
        operation: 'Apply',
        apiVersion: `${GROUP}/v1`,
        fieldsType: 'FieldsV1',
        fieldsV1: {
          'f:spec': {
            'f:wind': {},
            'f:lines': { 'k:{"name":"a"}': { '.': {}, 'f:length': {}, 'f:name': {} } },
          },
        },
      });
    });

    it('the same once more makes no version', async () => {
      const [p, name] = [here(), here().name()];
      await p.client.apply(by(name, 'one'), applying(name, { wind: 2 }));
      // The first one that changes nothing stores the default of the status.
      const first = await p.client.apply(by(name, 'one'), applying(name, { wind: 2 }));
      const second = await p.client.apply(by(name, 'one'), applying(name, { wind: 2 }));
      expect([second.code, second.body.metadata.resourceVersion]).to.deep.equal([200, first.body.metadata.resourceVersion]);
    });

    it('what another manages is a conflict, and is taken when forced', async () => {
      const [p, name] = [here(), here().name()];
      await p.client.apply(by(name, 'one'), applying(name, { wind: 2, code: 'abc' }));
      const refused = await p.client.apply(by(name, 'two'), applying(name, { wind: 4 }));
      expect([refused.code, refused.body.reason]).to.deep.equal([409, 'Conflict']);
      expect(refused.body.details.causes).to.deep.equal([
        { reason: 'FieldManagerConflict', message: 'conflict with "one"', field: '.spec.wind' },
      ]);
      expect(refused.body.message).to.equal('Apply failed with 1 conflict: conflict with "one": .spec.wind');
      const forced = await p.client.apply(by(name, 'two', '&force=true'), applying(name, { wind: 4 }));
      expect(forced.body.spec).to.deep.include({ wind: 4, code: 'abc' });
      const same = await p.client.apply(by(name, 'three'), applying(name, { wind: 4 }));
      expect(same.code).to.equal(200);
    });

    it('an update makes its writer the manager, and a later apply conflicts with it', async () => {
      const [p, name] = [here(), here().name()];
      await p.client.apply(by(name, 'one'), applying(name, { wind: 2 }));
      await p.client.merge(by(name, 'editor'), { spec: { wind: 6 } });
      const refused = await p.client.apply(by(name, 'one'), applying(name, { wind: 2 }));
      expect(refused.code).to.equal(409);
      expect(refused.body.message).to.contain(
        'Apply failed with 1 conflict: conflict with "editor" using contract.xenpool.dev/v1',
      );
      expect(refused.body.message).to.match(/: \.spec\.wind$/);
    });

    it('what is no longer named goes, unless another manages it too', async () => {
      const [p, name] = [here(), here().name()];
      const both = { wind: 2, code: 'abc', lines: [{ name: 'a' }, { name: 'b' }] };
      await p.client.apply(by(name, 'one'), applying(name, both));
      await p.client.apply(by(name, 'two'), applying(name, { wind: 2, lines: [{ name: 'b' }] }));
      const { body } = await p.client.apply(by(name, 'one'), applying(name, { wind: 2 }));
      expect(body.spec).to.not.have.property('code');
      expect(body.spec.lines).to.deep.equal([{ name: 'b', colour: 'white' }]);
    });

    it('the status is applied through its own door, only to what is there', async () => {
      const [p, name] = [here(), here().name()];
      const status = { ...applying(name, {}), status: { phase: 'A', conditions: [{ type: 'Ready', status: 'True' }] } };
      const { spec: _spec, ...sent } = status as Record<string, unknown>;
      const path = `${p.kites(name, 'status')}?fieldManager=one`;
      expect((await p.client.apply(path, sent)).code).to.equal(404);
      await p.client.post(p.kites(), kite(name));
      const { body } = await p.client.apply(path, sent);
      expect(body.status).to.deep.include({ phase: 'A' });
      expect(
        body.metadata.managedFields.map((entry: { subresource?: string; manager: string }) => [entry.manager, entry.subresource]),
      ).to.deep.include(['one', 'status']);
      const stale = await p.client.apply(path, { ...sent, metadata: { name, resourceVersion: '1' } });
      expect([stale.code, stale.body.reason]).to.deep.equal([409, 'Conflict']);
    });

    it('the manager must be named', async () => {
      const [p, name] = [here(), here().name()];
      const { code, body } = await p.client.apply(p.kites(name), applying(name, { wind: 2 }));
      expect(code).to.equal(422);
      expect(body.message).to.contain('fieldManager: Required value: is required for apply patch');
    });
  });
}
