import type { ServerResponse } from 'node:http';
import { expect } from 'chai';
import { KubeError, type KubeObject, type Resource, type WatchEvent } from '../../../src/kubernetes/api';
import { type Answerer, json, reach, type Reached, ServedApi, status } from './servedApi';

const ROCKETS: Resource = { group: 'example.dev', version: 'v1', plural: 'rockets', kind: 'Rocket' };

function event(type: string, name: string, version: string): string {
  return `${JSON.stringify({ type, object: { kind: 'Rocket', metadata: { name, resourceVersion: version } } })}\n`;
}

function failureEvent(code: number, reason: string): string {
  return `${JSON.stringify({ type: 'ERROR', object: { kind: 'Status', code, reason, message: 'x' } })}\n`;
}

describe('a watch over HTTPS', () => {
  let served: ServedApi;
  let reached: Reached;
  const over = new AbortController();

  async function start(...answers: Answerer[]): Promise<void> {
    served = await ServedApi.start(...answers);
    reached = reach(served.url);
  }

  /** Sends these pieces, each of its own, and then does with the answer what `end` says. */
  const pieces =
    (parts: readonly (string | Buffer)[], end: (response: ServerResponse) => void): Answerer =>
    (response) => {
      response.writeHead(200, { 'content-type': 'application/json' });
      const next = (index: number): void => {
        if (index === parts.length) end(response);
        else response.write(parts[index], () => next(index + 1));
      };
      next(0);
    };
  const cleanly = (response: ServerResponse): void => void response.end();
  const not = (): void => undefined;

  afterEach(async () => {
    reached.client.close();
    await served.stop();
  });

  async function watched(
    seen: (event: WatchEvent<KubeObject>) => void = () => undefined,
    signal = over.signal,
  ): Promise<KubeError | undefined> {
    try {
      const options = { bookmarks: true, timeoutSeconds: 300, fieldSelector: 'metadata.name=a' };
      for await (const one of reached.client.api.watch(ROCKETS, 'pad', '5', signal, options)) seen(one);
      return undefined;
    } catch (error) {
      if (error instanceof KubeError) return error;
      throw error;
    }
  }

  it('asks to go on from a version, with bookmarks and an end', async () => {
    await start(pieces([], cleanly));
    expect(await watched()).to.equal(undefined);
    const url = new URL(served.noted[0]!.url, served.url);
    expect(url.pathname).to.equal('/apis/example.dev/v1/namespaces/pad/rockets');
    expect(Object.fromEntries(url.searchParams)).to.deep.equal({
      watch: 'true',
      resourceVersion: '5',
      fieldSelector: 'metadata.name=a',
      timeoutSeconds: '300',
      allowWatchBookmarks: 'true',
    });
  });

  it('puts events together however they were cut, and cuts those that came together', async () => {
    const all = Buffer.from(
      event('ADDED', 'rakete-é-火', '6') + event('MODIFIED', 'b', '7') + event('BOOKMARK', '', '8') + event('DELETED', 'b', '9'),
    );
    for (const size of [1, 7, all.length]) {
      const parts: Buffer[] = [];
      for (let at = 0; at < all.length; at += size) parts.push(all.subarray(at, at + size));
      await start(pieces(parts, cleanly));
      const seen: string[] = [];
      const note = (one: WatchEvent<KubeObject>): unknown =>
        seen.push(one.type === 'BOOKMARK' ? `BOOKMARK ${one.resourceVersion}` : `${one.type} ${one.object.metadata.name}`);
      expect(await watched(note), `pieces of ${size}`).to.equal(undefined);
      expect(seen).to.deep.equal(['ADDED rakete-é-火', 'MODIFIED b', 'BOOKMARK 8', 'DELETED b']);
      if (size === all.length) continue;
      reached.client.close();
      await served.stop();
    }
  });

  const ENDS: readonly (readonly [string, Answerer, string | undefined])[] = [
    ['Gone when the server says so in the stream', pieces([failureEvent(410, 'Expired')], not), 'Gone'],
    ['Gone when the server says so at once', status(410, 'Expired', 'too old'), 'Gone'],
    [
      'ServerError for another word of the server in the stream',
      pieces([failureEvent(500, 'InternalError')], not),
      'ServerError',
    ],
    ['Forbidden', status(403, 'Forbidden', 'no'), 'Forbidden'],
    ['Unauthorised', status(401, 'Unauthorized', 'no'), 'Unauthorised'],
    ['Throttled', json({}, 429), 'Throttled'],
    ['TimedOut when the connection breaks', pieces([event('ADDED', 'a', '6')], () => served.reset()), 'TimedOut'],
    ['TimedOut when an event is not whole', pieces([event('ADDED', 'a', '6').slice(0, 20)], cleanly), 'TimedOut'],
    ['ServerError for what is no JSON', pieces(['<html>\n'], cleanly), 'ServerError'],
    ['ServerError for what is no event', pieces(['{"kind":"Rocket"}\n'], cleanly), 'ServerError'],
    ['nothing when the server ends it', pieces([event('ADDED', 'a', '6')], cleanly), undefined],
  ];
  for (const [what, answer, kind] of ENDS)
    it(`ends with ${what}`, async () => {
      await start(answer);
      expect((await watched())?.kind).to.equal(kind);
    });

  it('ends when its watcher leaves a silent server, before or after it answered', async () => {
    for (const answer of [not, pieces([], not)]) {
      await start(answer);
      const leaving = new AbortController();
      const watching = watched(undefined, leaving.signal);
      await served.asked(1);
      leaving.abort();
      expect(await watching).to.equal(undefined);
      if (answer !== not) continue;
      reached.client.close();
      await served.stop();
    }
  });

  it('gives its connection back when the watcher breaks off, and leaves calls alone', async () => {
    await start(pieces([event('ADDED', 'a', '6')], not), pieces([event('ADDED', 'a', '6')], not), json({ metadata: {} }));
    reached = reach(served.url, { connections: 1 });
    for (let count = 0; count < 2; count++)
      for await (const _one of reached.client.api.watch(ROCKETS, 'pad', '5', over.signal)) break;
    await reached.client.api.get(ROCKETS, 'pad', 'a');
    expect(served.noted).to.have.length(3);
  });
});
