import { expect } from 'chai';
import { mergePatched } from '../../src/embedded-kubernetes/mergePatch';
import { matcherOf, seenAs } from '../../src/embedded-kubernetes/selection';
import { KubeError, type KubeObject, type Selection } from '../../src/kubernetes/api';

const OBJECTS: readonly KubeObject[] = [
  ['a', { app: 'x', tier: 'front' }],
  ['b', { app: 'y' }],
  ['c', {}],
].map(([name, labels]) => ({ apiVersion: 'v1', kind: 'T', metadata: { name, namespace: 'ops', labels } }) as KubeObject);

function chosen(selection: Selection): string {
  return OBJECTS.filter(matcherOf(selection))
    .map(({ metadata }) => metadata.name)
    .join('');
}

describe('selectors of the embedded API', () => {
  it('choose by labels as kubectl writes them', () => {
    const cases: Readonly<Record<string, string>> = {
      '': 'abc',
      'app=x': 'a',
      'app==x': 'a',
      'app!=x': 'bc',
      'app in (x, y)': 'ab',
      'app notin (x,y)': 'c',
      app: 'ab',
      '!app': 'c',
      'app,!tier': 'b',
      'app in (x,y),tier=front': 'a',
    };
    for (const [labelSelector, names] of Object.entries(cases)) expect(chosen({ labelSelector }), labelSelector).to.equal(names);
  });

  it('choose by name and namespace', () => {
    expect(chosen({ fieldSelector: 'metadata.name=b' })).to.equal('b');
    expect(chosen({ fieldSelector: 'metadata.name!=b,metadata.namespace=ops' })).to.equal('ac');
    expect(chosen({ fieldSelector: 'metadata.namespace=other' })).to.equal('');
  });

  it('are refused when they are none', () => {
    for (const selection of [{ labelSelector: 'a b' }, { fieldSelector: 'a' }, { fieldSelector: 'spec.x=1' }])
      expect(() => matcherOf(selection)).to.throw(KubeError);
  });

  it('make of a change what it is to who sees only what matches', () => {
    expect(seenAs('MODIFIED', false, true)).to.equal('ADDED');
    expect(seenAs('MODIFIED', true, true)).to.equal('MODIFIED');
    expect(seenAs('MODIFIED', true, false)).to.equal('DELETED');
    expect(seenAs('MODIFIED', false, false)).to.equal(undefined);
    expect(seenAs('DELETED', false, false)).to.equal(undefined);
    expect(seenAs('DELETED', true, false)).to.equal('DELETED');
  });
});

describe('a merge patch', () => {
  it('merges structs, replaces the rest and removes by null', () => {
    const target = { a: { b: 1, c: [1, 2] }, d: 'x', e: { f: 1 } };
    expect(mergePatched(target, { a: { b: null, c: [3] }, e: 'y', g: { h: null, i: 1 } })).to.deep.equal({
      a: { c: [3] },
      d: 'x',
      e: 'y',
      g: { i: 1 },
    });
    expect(mergePatched({ a: 1 }, ['x'])).to.deep.equal(['x']);
    expect(Object.keys(mergePatched({}, JSON.parse('{"__proto__": {"x": 1}}')) as object)).to.deep.equal(['__proto__']);
  });
});
