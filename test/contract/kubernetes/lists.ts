// Contract: lists, pages, selectors, tables, discovery, schemas.
import { expect } from 'chai';
import { TABLE, type Answer } from './client';
import type { Place } from './contract';
import { CRD, GROUP, kite } from './kites';

const names = ({ body }: Answer): readonly string[] =>
  body.items.map((item: { metadata: { name: string } }) => item.metadata.name);

export function listContract(here: () => Place): void {
  describe('lists', () => {
    before(async () => {
      const p = here();
      for (const [name, colour, kind] of [
        ['list-a', 'red', 'x'],
        ['list-b', 'blue', 'y'],
        ['list-c', 'red', 'y'],
      ] as const)
        await p.client.post(p.kites(), kite(name, { colour }, { labels: { kind, list: 'yes' } }));
    });

    const all = (more = ''): Promise<Answer> => here().client.get(`${here().kites()}?labelSelector=list${more}`);

    it('are in the order of names, with kind and version', async () => {
      const answer = await all();
      expect(names(answer)).to.deep.equal(['list-a', 'list-b', 'list-c']);
      expect(answer.body).to.include({ kind: 'KiteList', apiVersion: `${GROUP}/v1` });
      expect(Number(answer.body.metadata.resourceVersion)).to.be.greaterThan(0);
    });

    it('come in pages that show one moment', async () => {
      const p = here();
      const first = await all('&limit=2');
      expect(names(first)).to.deep.equal(['list-a', 'list-b']);
      expect(first.body.metadata.continue).to.be.a('string').and.not.equal('');
      await p.client.merge(p.kites('list-c'), { spec: { wind: 11 } });
      const second = await all(`&limit=2&continue=${encodeURIComponent(first.body.metadata.continue)}`);
      expect(names(second)).to.deep.equal(['list-c']);
      expect(second.body.items[0].spec.wind).to.equal(3);
      expect(second.body.metadata.resourceVersion).to.equal(first.body.metadata.resourceVersion);
      const whole = await all();
      expect(whole.body.metadata.continue ?? '').to.equal('');
      expect(whole.body.items[2].spec.wind).to.equal(11);
    });

    it('of a page that is no page are refused', async () => {
      expect((await all('&limit=2&continue=nonsense')).code).to.equal(400);
    });

    it('are narrowed by labels', async () => {
      const p = here();
      const by = async (selector: string): Promise<readonly string[]> =>
        names(await p.client.get(`${p.kites()}?labelSelector=${encodeURIComponent(selector)}`));
      expect(await by('list,kind=y')).to.deep.equal(['list-b', 'list-c']);
      expect(await by('list,kind!=y')).to.deep.equal(['list-a']);
      expect(await by('list,kind in (x,z)')).to.deep.equal(['list-a']);
      expect(await by('list=yes,kind notin (x)')).to.deep.equal(['list-b', 'list-c']);
      expect(await by('list,!kind')).to.deep.equal([]);
    });

    it('are narrowed by name, namespace and the fields a definition declares, by no others', async () => {
      const p = here();
      const by = (selector: string): Promise<Answer> =>
        p.client.get(`${p.kites()}?fieldSelector=${encodeURIComponent(selector)}`);
      expect(names(await by('metadata.name=list-b'))).to.deep.equal(['list-b']);
      expect(names(await by('metadata.namespace=elsewhere'))).to.deep.equal([]);
      expect(names(await by('spec.colour=blue'))).to.deep.equal(['list-b']);
      const unknown = await by('spec.wind=3');
      expect([unknown.code, unknown.body.reason]).to.deep.equal([400, 'BadRequest']);
      expect(unknown.body.message).to.contain('field label not supported: spec.wind');
    });

    it('span all namespaces', async () => {
      const { client } = here();
      expect(names(await client.get(`/apis/${GROUP}/v1/kites?labelSelector=list`))).to.deep.equal(['list-a', 'list-b', 'list-c']);
    });

    it('of a version still to come are refused, with the word to wait', async () => {
      const { body, code } = await all('&resourceVersion=999999999');
      expect([code, body.reason, body.details.retryAfterSeconds]).to.deep.equal([504, 'Timeout', 1]);
      expect(body.details.causes[0].reason).to.equal('ResourceVersionTooLarge');
    });

    it('are tables when asked for, with the columns of the definition', async () => {
      const p = here();
      await p.client.merge(p.kites('list-a'), { spec: { lines: [{ name: 'l1' }, { name: 'l2' }], code: 'abc' } });
      await p.client.merge(p.kites('list-a', 'status'), {
        status: {
          conditions: [
            { type: 'Other', status: 'Unknown' },
            { type: 'Ready', status: 'True' },
          ],
        },
      });
      const { body } = await p.client.get(`${p.kites()}?labelSelector=list`, { accept: TABLE });
      expect(body).to.include({ kind: 'Table', apiVersion: 'meta.k8s.io/v1' });
      expect(
        body.columnDefinitions.map(({ name, type, priority }: Record<string, unknown>) => [name, type, priority]),
      ).to.deep.equal([
        ['Name', 'string', 0],
        ['Colour', 'string', 0],
        ['Wind', 'integer', 0],
        ['Ready', 'string', 0],
        ['Lines', 'string', 0],
        ['Code', 'string', 1],
        ['Age', 'date', 0],
      ]);
      const cells = body.rows.map((row: { cells: unknown[] }) => row.cells.slice(0, 6));
      expect(cells[0]).to.deep.equal(['list-a', 'red', 3, 'True', 'l1', 'abc']);
      expect(cells[1].slice(0, 3)).to.deep.equal(['list-b', 'blue', 3]);
      expect(body.rows[0].cells[6]).to.match(/^\d+[smh]/);
      expect(body.rows[0].object).to.deep.include({ kind: 'PartialObjectMetadata', apiVersion: 'meta.k8s.io/v1' });
    });

    it('what is missing is nothing in a table', async () => {
      const p = here();
      const { body } = await p.client.get(p.kites('list-b'), { accept: TABLE });
      expect(body.rows[0].cells.slice(3, 6)).to.deep.equal([null, null, null]);
    });

    it('of metadata alone is null for items when it is empty', async () => {
      const p = here();
      const accept = 'application/json;as=PartialObjectMetadataList;g=meta.k8s.io;v=v1';
      const some = await p.client.get(`${p.kites()}?labelSelector=list`, { accept });
      expect(some.body.items[0]).to.have.all.keys('apiVersion', 'kind', 'metadata');
      const none = await p.client.get(`${p.kites()}?labelSelector=nobody`, { accept });
      expect([none.body.kind, none.body.items]).to.deep.equal(['PartialObjectMetadataList', null]);
    });

    it('a collection is deleted by what it is narrowed to', async () => {
      const p = here();
      const name = p.name();
      await p.client.post(p.kites(), kite(name, {}, { labels: { gone: 'yes' } }));
      expect((await p.client.delete(`${p.kites()}?labelSelector=gone`)).code).to.equal(200);
      expect((await p.client.get(p.kites(name))).code).to.equal(404);
      expect(names(await all())).to.have.length(3);
    });
  });

  describe('discovery', () => {
    it('tells the resource with its names, verbs and status', async () => {
      const { body } = await here().client.get(`/apis/${GROUP}/v1`);
      const [own, status] = ['kites', 'kites/status'].map((wanted) =>
        body.resources.find(({ name }: { name: string }) => name === wanted),
      );
      expect(own).to.deep.include({
        singularName: 'kite',
        namespaced: true,
        kind: 'Kite',
        shortNames: ['kt'],
        categories: ['toys'],
      });
      expect(own.verbs).to.have.members(['delete', 'deletecollection', 'get', 'list', 'patch', 'create', 'update', 'watch']);
      expect(status.verbs).to.have.members(['get', 'patch', 'update']);
    });

    it('tells it aggregated as well', async () => {
      const accept = 'application/json;g=apidiscovery.k8s.io;v=v2;as=APIGroupDiscoveryList';
      const p = here();
      const resource = await p.until(async () => {
        const { body } = await p.client.get('/apis', { accept });
        const group = body.items.find(({ metadata }: { metadata: { name: string } }) => metadata.name === GROUP);
        return group?.versions[0]?.resources?.[0];
      });
      expect(resource).to.deep.include({
        resource: 'kites',
        scope: 'Namespaced',
        singularResource: 'kite',
        shortNames: ['kt'],
        categories: ['toys'],
        responseKind: { group: GROUP, version: 'v1', kind: 'Kite' },
      });
    });

    it('publishes the schema with its descriptions', async () => {
      const p = here();
      const schema = await p.until(async () => {
        const index = (await p.client.get('/openapi/v3')).body;
        const url = index.paths[`apis/${GROUP}/v1`]?.serverRelativeURL;
        if (url === undefined) return undefined;
        const schemas = Object.values((await p.client.get(url)).body.components?.schemas ?? {}) as Record<string, unknown>[];
        return schemas.find((each) => JSON.stringify(each['x-kubernetes-group-version-kind'] ?? '').includes('"Kite"'));
      });
      expect(schema).to.deep.include({ type: 'object', description: 'Something that flies on lines.' });
      expect((schema['properties'] as Record<string, object>)['spec']).to.have.nested.property('properties.wind.maximum', 12);
    });

    it('knows its version and its health', async () => {
      const { client } = here();
      expect((await client.get('/version')).body).to.include({ major: '1', minor: '36', gitVersion: 'v1.36.3' });
      expect((await client.get('/readyz')).body).to.equal('ok');
    });

    it('answers who asks what they may', async () => {
      const review = {
        apiVersion: 'authorization.k8s.io/v1',
        kind: 'SelfSubjectAccessReview',
        spec: { resourceAttributes: { group: GROUP, resource: 'kites', verb: 'delete', namespace: 'contract' } },
      };
      const { code, body } = await here().client.post('/apis/authorization.k8s.io/v1/selfsubjectaccessreviews', review);
      expect([code, body.status.allowed]).to.deep.equal([201, true]);
    });

    it('has established what was defined, and nothing where nothing is', async () => {
      const { client } = here();
      const { body } = await client.get(`/apis/apiextensions.k8s.io/v1/customresourcedefinitions/${CRD}`);
      const established = body.status.conditions.find(({ type }: { type: string }) => type === 'Established');
      expect(established.status).to.equal('True');
      const nowhere = await client.get('/apis/none.example/v1/things');
      expect(nowhere.code).to.equal(404);
    });
  });
}
