import { appendFileSync, mkdtempSync, readFileSync, rmSync } from 'node:fs';
import os from 'node:os';
import path from 'node:path';
import { expect } from 'chai';
import { openJournal } from '../../src/embedded-kubernetes/journalFile';
import type { KubeObject } from '../../src/kubernetes/api';

const object = (name: string, more: object = {}): KubeObject => ({
  apiVersion: 'v1',
  kind: 'ConfigMap',
  metadata: { name, namespace: 'pad' },
  ...more,
});

describe('the journal of the embedded API server', () => {
  let folder: string;

  beforeEach(() => {
    folder = mkdtempSync(path.join(os.tmpdir(), 'xenpool-journal-'));
  });
  afterEach(() => rmSync(folder, { recursive: true }));

  it('goes on with the objects, the versions and the history of the process before', () => {
    const first = openJournal(folder, 100);
    first.objects.put('configmaps', object('a'));
    first.objects.put('configmaps', object('b'));
    first.objects.put('configmaps', object('a', { data: { x: '1' } }));
    first.objects.remove('configmaps', object('b'));
    // Nothing is closed: the process was killed.
    const { objects } = openJournal(folder, 100);
    expect(objects.version).to.equal(4);
    expect(objects.all('configmaps').map((stored) => stored.object)).to.deep.equal([
      object('a', { metadata: { name: 'a', namespace: 'pad', resourceVersion: '3' }, data: { x: '1' } }),
    ]);
    expect(objects.history.after(1).map(({ type, version }) => [type, version])).to.deep.equal([
      ['ADDED', 2],
      ['MODIFIED', 3],
      ['DELETED', 4],
    ]);
    expect(objects.put('configmaps', object('c')).object.metadata.resourceVersion).to.equal('5');
  });

  it('drops the line that was being written when the process died, and no other', () => {
    openJournal(folder, 100).objects.put('configmaps', object('a'));
    appendFileSync(path.join(folder, 'changes.jsonl'), '{"version":2,"type":"ADDED","resou');
    const { objects } = openJournal(folder, 100);
    expect(objects.version).to.equal(1);
    objects.put('configmaps', object('b'));
    const again = openJournal(folder, 100).objects;
    expect(again.all('configmaps').map((stored) => stored.object.metadata.name)).to.deep.equal(['a', 'b']);
  });

  it('takes a snapshot now and then, and forgets what was before it', () => {
    const { objects } = openJournal(folder, 100);
    for (let count = 0; count < 5_001; count++) objects.put('configmaps', object('a', { data: { count: String(count) } }));
    expect(readFileSync(path.join(folder, 'changes.jsonl'), 'utf8').trim().split('\n')).to.have.length(1);
    const again = openJournal(folder, 100).objects;
    expect(again.version).to.equal(5_001);
    expect(again.find('configmaps', 'pad', 'a')?.object).to.have.nested.property('data.count', '5000');
    expect(again.history.after(5_000)).to.have.length(1);
    expect(() => again.history.after(4_999)).to.throw(/too old resource version/);
  });

  it('does not count a change it could not write', () => {
    const { objects, close } = openJournal(folder, 100);
    close();
    expect(() => objects.put('configmaps', object('a'))).to.throw('the journal is closed');
    expect([objects.version, objects.all('configmaps')]).to.deep.equal([0, []]);
  });
});
