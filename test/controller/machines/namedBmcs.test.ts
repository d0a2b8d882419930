import { expect } from 'chai';
import { type BmcLogin, NamedBmcs } from '../../../src/controller/machines/namedBmcs';
import { SECRETS } from '../../../src/kubernetes/api';
import { manifestOf } from '../../api/sample';
import { ABLE, FakeBmc, Machine } from '../../bmc/policy/twoHands';
import { inStore } from '../../kubernetes/inStore';
import { rejection } from '../../xenapi/fakePool';

const HOSTS = `  hosts:
  - {name: xs-01, bmc: {address: "ipmi://10.0.0.1", credentialsRef: {name: bmc}}}
`;

describe('the BMCs that a manifest names', () => {
  const { store, run } = inStore();
  const made = manifestOf(HOSTS);
  const namespace = 'default';
  const object = { ...made, metadata: { ...made.metadata, namespace } };
  const secret = (password: string): never =>
    ({
      apiVersion: 'v1',
      kind: 'Secret',
      metadata: { name: 'bmc', namespace },
      data: { username: Buffer.from('operator').toString('base64'), password: Buffer.from(password).toString('base64') },
    }) as never;

  const opened: { readonly login: BmcLogin; readonly bmc: FakeBmc }[] = [];
  const named = new NamedBmcs(
    store,
    () => object,
    (_settings, login) => {
      const bmc = new FakeBmc('ipmi', new Machine(), ABLE);
      opened.push({ login, bmc });
      return bmc;
    },
  );
  const host = { uuid: 'a', name: 'xs-01' };

  it('are opened when first asked for, and once', async () => {
    expect(await rejection(run(named.of(host)))).to.include({ kind: 'Unauthorized', reason: 'SecretMissing' });
    await run(store.create(SECRETS, secret('first')));
    const first = await run(named.of(host));
    expect(await run(named.of(host))).to.equal(first);
    expect(opened.map(({ login }) => login)).to.deep.equal([{ username: 'operator', password: 'first' }]);
    expect(await run(named.of({ uuid: 'b', name: 'xs-02' }))).to.equal(undefined);
  });

  it('are opened anew with another password', async () => {
    await run(store.patch(SECRETS, namespace, 'bmc', { data: { password: Buffer.from('second').toString('base64') } } as never));
    await run(named.of(host));
    expect(opened.map(({ login, bmc }) => [login.password, bmc.closed])).to.deep.equal([
      ['first', 1],
      ['second', 0],
    ]);
  });

  it('are opened anew where that is asked for, because a refused login stays refused', async () => {
    await run(named.reopen(host));
    await run(named.reopen({ uuid: 'never opened' }));
    await run(named.of(host));
    expect(opened.map(({ bmc }) => bmc.closed)).to.deep.equal([1, 1, 0]);
  });
});
