import { expect } from 'chai';
import { Objects } from '../../src/embedded-kubernetes/objects';
import { Api, type ApiAnswer } from '../../src/embedded-kubernetes/server/api';
import type { Identity } from '../../src/embedded-kubernetes/server/authorization';
import { World } from '../../src/embedded-kubernetes/server/world';
import { seededRandom } from '../../src/foundation/random';
import { VirtualClock } from '../../src/foundation/virtualClock';

const CONFIG_MAPS = '/api/v1/namespaces/default/configmaps';

interface Event {
  readonly type: string;
  readonly object: { readonly metadata?: { readonly resourceVersion: string }; readonly code?: number };
}

describe('the embedded API server, without its sockets', () => {
  let clock: VirtualClock;
  let objects: Objects;
  let api: Api;
  const tokens = new Map<string, Identity>([
    ['all', { user: 'admin' }],
    [
      'some',
      {
        user: 'operator',
        rights: [
          { groups: [''], resources: ['configmaps'], verbs: ['get', 'list'], namespaces: ['default'] },
          { groups: [''], resources: ['secrets'], verbs: ['get'], namespaces: ['default'], names: ['mine'] },
        ],
      },
    ],
  ]);

  beforeEach(() => {
    clock = new VirtualClock(Date.UTC(2026, 0, 1));
    objects = new Objects({ historyLimit: 100 });
    api = new Api({ world: new World({ clock, random: seededRandom(1), objects }), tokens });
  });

  function ask(method: string, url: string, body?: object, token = 'all', signal = new AbortController().signal): ApiAnswer {
    const headers = { authorization: `Bearer ${token}`, 'content-type': 'application/json', accept: 'application/json' };
    return api.answer({ method, url, headers, body: body === undefined ? '' : JSON.stringify(body), signal });
  }

  const bodyOf = (answer: ApiAnswer): { readonly message?: string; readonly metadata: { readonly resourceVersion: string } } =>
    JSON.parse((answer.body as { text: string }).text) as never;

  const make = (name: string): ApiAnswer => ask('POST', CONFIG_MAPS, { apiVersion: 'v1', kind: 'ConfigMap', metadata: { name } });

  /** All events of a watch until it ends, in time as it is made to pass. */
  async function watch(query: string): Promise<readonly Event[]> {
    const answer = ask('GET', `${CONFIG_MAPS}?watch=true&${query}`);
    const events: Event[] = [];
    let ended = false;
    const reading = (async () => {
      for await (const event of (answer.body as { events: AsyncIterable<object> }).events) events.push(event as Event);
      ended = true;
    })();
    await clock.run(() => ended, Number.MAX_SAFE_INTEGER);
    await reading;
    return events;
  }

  it('sends a bookmark each minute of its clock, and ends a watch in time', async () => {
    const from = bodyOf(make('a')).metadata.resourceVersion;
    const before = clock.monotonic();
    const events = await watch(`resourceVersion=${from}&allowWatchBookmarks=true&timeoutSeconds=150`);
    expect(events.map(({ type, object }) => [type, object.metadata?.resourceVersion])).to.deep.equal([
      ['BOOKMARK', from],
      ['BOOKMARK', from],
      ['BOOKMARK', from],
    ]);
    expect(clock.monotonic() - before).to.equal(150_000);
  });

  it('sends no bookmarks nobody asked for', async () => {
    const from = bodyOf(make('a')).metadata.resourceVersion;
    expect(await watch(`resourceVersion=${from}&timeoutSeconds=150`)).to.deep.equal([]);
  });

  it('tells a watch that comes too late so in its stream, and ends it', async () => {
    const from = bodyOf(make('a')).metadata.resourceVersion;
    make('b');
    objects.history.compact();
    const events = await watch(`resourceVersion=${from}&timeoutSeconds=150`);
    expect(events.map(({ type, object }) => [type, object.code])).to.deep.equal([['ERROR', 410]]);
    expect(events[0]!.object).to.deep.include({ kind: 'Status', reason: 'Expired' });
    expect(events[0]!.object)
      .to.have.property('message')
      .that.matches(/^too old resource version: \d+ \(\d+\)$/);
  });

  it('a page of a list that was left too long ago is gone', () => {
    for (const name of ['a', 'b', 'c']) make(name);
    const first = bodyOf(ask('GET', `${CONFIG_MAPS}?limit=1`)).metadata as unknown as { continue: string };
    for (let count = 0; count < 40; count++) ask('GET', `${CONFIG_MAPS}?limit=1`);
    const late = ask('GET', `${CONFIG_MAPS}?limit=1&continue=${first.continue}`);
    expect(late.code).to.equal(410);
    expect(bodyOf(late).message).to.contain('The provided continue parameter is too old');
  });

  it('lets everyone do what their rights say, and names what it forbids', () => {
    const codes = [
      ask('GET', CONFIG_MAPS, undefined, 'some'),
      ask('GET', `${CONFIG_MAPS}?watch=true`, undefined, 'some'),
      ask('GET', '/api/v1/configmaps', undefined, 'some'),
      ask('GET', '/api/v1/namespaces/default/secrets/mine', undefined, 'some'),
      ask('GET', '/api/v1/namespaces/default/secrets/other', undefined, 'some'),
      ask('GET', CONFIG_MAPS, undefined, 'nobody'),
    ].map(({ code }) => code);
    expect(codes).to.deep.equal([200, 403, 403, 404, 403, 401]);
    expect(bodyOf(ask('POST', CONFIG_MAPS, {}, 'some')).message).to.equal(
      'configmaps is forbidden: User "operator" cannot create resource "configmaps" in API group "" in the namespace "default"',
    );
    expect(bodyOf(ask('GET', '/api/v1/namespaces/default/secrets/other', undefined, 'some')).message).to.equal(
      'secrets "other" is forbidden: User "operator" cannot get resource "secrets" in API group "" in the namespace "default"',
    );
  });

  it('serves what a stored definition says, from its creation to its end', () => {
    const definition = definitionOfThings({ type: 'object' });
    const crds = '/apis/apiextensions.k8s.io/v1/customresourcedefinitions';
    expect(ask('GET', '/apis/example.dev/v1/things').code).to.equal(404);
    expect(ask('POST', crds, definition).code).to.equal(201);
    expect(
      ask('POST', '/apis/example.dev/v1/things', { apiVersion: 'example.dev/v1', kind: 'Thing', metadata: { name: 'a' } }).code,
    ).to.equal(201);
    const again = new Api({ world: new World({ clock, random: seededRandom(2), objects }), tokens });
    const request = { method: 'GET', url: '/apis/example.dev/v1/things/a', headers: { authorization: 'Bearer all' }, body: '' };
    expect(again.answer({ ...request, signal: new AbortController().signal }).code).to.equal(200);
    expect(ask('DELETE', `${crds}/things.example.dev`).code).to.equal(200);
    expect(ask('GET', '/apis/example.dev/v1/things').code).to.equal(404);
    expect(objects.all('things.example.dev')).to.deep.equal([]);
  });

  it('refuses a definition whose rules cannot be compiled, and says which', () => {
    const rule = { rule: 'self.nonsense(' };
    const definition = definitionOfThings({ type: 'object', 'x-kubernetes-validations': [rule] });
    const answer = ask('POST', '/apis/apiextensions.k8s.io/v1/customresourcedefinitions', definition);
    expect(answer.code).to.equal(422);
    expect(bodyOf(answer).message).to.contain(
      'x-kubernetes-validations[0].rule: Invalid value: "self.nonsense(": compilation failed: ',
    );
  });
});

function definitionOfThings(openAPIV3Schema: object): object {
  return {
    apiVersion: 'apiextensions.k8s.io/v1',
    kind: 'CustomResourceDefinition',
    metadata: { name: 'things.example.dev' },
    spec: {
      group: 'example.dev',
      scope: 'Cluster',
      names: { kind: 'Thing', plural: 'things' },
      versions: [{ name: 'v1', served: true, storage: true, schema: { openAPIV3Schema } }],
    },
  };
}
