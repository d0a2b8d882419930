// Contract: watches. Each has a time of its own in which it ends, so that none waits for ever; nothing here depends on how long that is.
import { expect } from 'chai';
import type { Place } from './contract';
import { GROUP, kite } from './kites';

interface Event {
  readonly type: string;
  readonly object: {
    readonly kind: string;
    readonly metadata: { readonly name: string; readonly resourceVersion: string; readonly annotations?: object };
  };
}

export function watchContract(here: () => Place): void {
  describe('watches', () => {
    const path = (more: string): string => `${here().kites()}?watch=true&timeoutSeconds=30${more}`;

    /** Events until one is the last wanted. */
    async function until(url: string, isLast: (event: Event) => boolean): Promise<readonly Event[]> {
      const events: Event[] = [];
      for await (const event of here().client.watch(url)) {
        events.push(event as Event);
        if (isLast(event as Event)) return events;
      }
      return events;
    }

    async function version(): Promise<string> {
      return (await here().client.get(`${here().kites()}?limit=1`)).body.metadata.resourceVersion as string;
    }

    it('tell what happens after a version, in order', async () => {
      const [p, name, from] = [here(), here().name(), await version()];
      await p.client.post(p.kites(), kite(name));
      await p.client.merge(p.kites(name), { spec: { wind: 5 } });
      await p.client.delete(p.kites(name));
      const events = await until(path(`&resourceVersion=${from}`), ({ type }) => type === 'DELETED');
      expect(events.map(({ type, object }) => [type, object.metadata.name])).to.deep.equal([
        ['ADDED', name],
        ['MODIFIED', name],
        ['DELETED', name],
      ]);
      const versions = events.map(({ object }) => Number(object.metadata.resourceVersion));
      expect(versions).to.deep.equal([...versions].sort((one, other) => one - other));
    });

    it('tell what happens while they are open', async () => {
      const [p, name, from] = [here(), here().name(), await version()];
      const watching = until(path(`&resourceVersion=${from}`), ({ object }) => object.metadata.name === name);
      await p.client.post(p.kites(), kite(name));
      expect((await watching).map(({ type }) => type)).to.deep.equal(['ADDED']);
    });

    it('begin with all there is, and mark the end of that, when asked', async () => {
      const [p, name] = [here(), here().name()];
      await p.client.post(p.kites(), kite(name, {}, { labels: { initial: 'yes' } }));
      const query = '&labelSelector=initial&sendInitialEvents=true&resourceVersionMatch=NotOlderThan&allowWatchBookmarks=true';
      const events = await until(path(query), ({ type }) => type === 'BOOKMARK');
      expect(events.map(({ type, object }) => [type, object.metadata.name])).to.deep.equal([
        ['ADDED', name],
        ['BOOKMARK', undefined],
      ]);
      expect(events[1]!.object.kind).to.equal('Kite');
      expect(events[1]!.object.metadata.annotations).to.deep.equal({ 'k8s.io/initial-events-end': 'true' });
    });

    it('that ask for what there is must say how old it may be', async () => {
      const { code, body } = await here().client.get(path('&sendInitialEvents=true'));
      expect([code, body.reason]).to.deep.equal([422, 'Invalid']);
      expect(body.message).to.contain('resourceVersionMatch: Forbidden: ');
    });

    it('without a version begin with all there is', async () => {
      const [p, name] = [here(), here().name()];
      await p.client.post(p.kites(), kite(name));
      const events = await until(path(`&fieldSelector=metadata.name=${name}`), () => true);
      expect(events.map(({ type, object }) => [type, object.metadata.name])).to.deep.equal([['ADDED', name]]);
    });

    it('see an object that leaves their selection as deleted, and one that enters it as added', async () => {
      const [p, name, from] = [here(), here().name(), await version()];
      await p.client.post(p.kites(), kite(name, { colour: 'red' }));
      await p.client.merge(p.kites(name), { spec: { colour: 'blue' } });
      await p.client.merge(p.kites(name), { spec: { wind: 9 } });
      await p.client.merge(p.kites(name), { spec: { colour: 'red', code: 'end' } });
      await p.client.delete(p.kites(name));
      const query = `&resourceVersion=${from}&fieldSelector=spec.colour=red`;
      let deleted = 0;
      const events = await until(path(query), ({ type }) => type === 'DELETED' && (deleted += 1) === 2);
      expect(events.map(({ type }) => type)).to.deep.equal(['ADDED', 'DELETED', 'ADDED', 'DELETED']);
    });

    it('make no event of a write that changes nothing', async () => {
      const [p, name] = [here(), here().name()];
      await p.client.post(p.kites(), kite(name));
      const { body } = await p.client.merge(p.kites(name), { spec: { wind: 2 } });
      await p.client.merge(p.kites(name), { spec: { wind: 2 } });
      await p.client.merge(p.kites(name), { spec: { wind: 4 } });
      const events = await until(path(`&resourceVersion=${body.metadata.resourceVersion}`), () => true);
      expect(events.map(({ object }) => (object as unknown as { spec: { wind: number } }).spec.wind)).to.deep.equal([4]);
    });

    it('end cleanly when their time is over, and tell nothing but bookmarks when nothing happens', async () => {
      const from = await version();
      const url = `${here().kites()}?watch=true&timeoutSeconds=3&resourceVersion=${from}&allowWatchBookmarks=true`;
      const events = await until(url, () => false);
      expect(events.filter(({ type }) => type !== 'BOOKMARK')).to.deep.equal([]);
    });

    it('can be tables', async () => {
      const [p, name, from] = [here(), here().name(), await version()];
      await p.client.post(p.kites(), kite(name));
      const accept = 'application/json;as=Table;v=v1;g=meta.k8s.io';
      for await (const { type, object } of p.client.watch(path(`&resourceVersion=${from}`), { accept })) {
        expect([type, object.kind, object.rows[0].cells[0]]).to.deep.equal(['ADDED', 'Table', name]);
        break;
      }
    });

    it('end when the definition of what they watch changes', async () => {
      const [p, from] = [here(), await version()];
      const watching = until(path(`&resourceVersion=${from}`), () => false);
      const crd = `/apis/apiextensions.k8s.io/v1/customresourcedefinitions/kites.${GROUP}`;
      await p.client.jsonPatch(crd, [
        {
          op: 'replace',
          path: '/spec/versions/0/schema/openAPIV3Schema/properties/spec/properties/frozen',
          value: { type: 'string', maxLength: 99 },
        },
      ]);
      expect((await watching).filter(({ type }) => type !== 'BOOKMARK' && type !== 'ERROR')).to.deep.equal([]);
      await p.until(async () => {
        const { code } = await p.client.post(`${p.kites()}?dryRun=All`, kite('long', { frozen: 'x'.repeat(100) }));
        return code === 422 ? true : undefined;
      });
    });
  });
}
