import { expect } from 'chai';
import { readSecretKey, type SecretValue } from '../../src/controller/secrets';
import { KubeError, SECRETS } from '../../src/kubernetes/api';
import { rejection } from '../xenapi/fakePool';
import { inStore } from '../kubernetes/inStore';

describe('one key of a Secret', () => {
  const { store, run } = inStore();
  const data = { password: Buffer.from('caf\u00e9\n').toString('base64'), empty: '' };

  before(() =>
    run(store.create(SECRETS, { apiVersion: 'v1', kind: 'Secret', metadata: { name: 'root', namespace: 'a' }, data } as never)),
  );

  const read = (namespace: string, name: string, key: string): Promise<SecretValue> =>
    run(readSecretKey(store, namespace, name, key));

  it('is the text it encodes, not a character more or less', async () => {
    expect(await read('a', 'root', 'password')).to.deep.equal({ value: 'caf\u00e9\n' });
    expect(await read('a', 'root', 'empty')).to.deep.equal({ value: '' });
  });

  it('is said to be missing by its name, also one that every object seems to have', async () => {
    for (const key of ['username', 'constructor', 'toString'])
      expect(await read('a', 'root', key)).to.deep.equal({ missing: `Secret root has no key ${key}` });
  });

  it('is said to be missing with its Secret, which is looked for in its own namespace alone', async () => {
    expect(await read('b', 'root', 'password')).to.deep.equal({ missing: 'there is no Secret root in namespace b' });
  });

  it('is not said to be missing when the cluster does not answer', async () => {
    const silent = Object.create(store) as typeof store;
    silent.get = () => Promise.reject(new KubeError('Unavailable', 'no answer'));
    expect(await rejection(readSecretKey(silent, 'a', 'root', 'password'))).to.include({ kind: 'Unavailable' });
  });
});
