import { expect } from 'chai';
import { Permit } from '../../../src/bmc/permit';
import { NamedBmcs } from '../../../src/controller/machines/namedBmcs';
import type { NamedBmc, OperatedBmc } from '../../../src/controller/machines/openNamed';
import { unknown } from '../../../src/foundation/fact';
import { SECRETS } from '../../../src/kubernetes/api';
import { manifestOf } from '../../api/sample';
import { MemoryBook } from '../../bmc/books';
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

  const opened: { readonly named: NamedBmc; readonly bmc: FakeBmc }[] = [];
  const memory = { unsettled: 'an order' } as never;
  const named = new NamedBmcs({
    api: store,
    current: () => object,
    expectedOf: () => unknown('nobody looked'),
    sessions: { at: () => new MemoryBook() },
    open: (how) => {
      const bmc = Object.assign(new FakeBmc('ipmi', new Machine(), ABLE), {
        attempts: () => [],
        memory: () => memory,
        permit: new Permit(),
      });
      opened.push({ named: how, bmc });
      return bmc satisfies OperatedBmc;
    },
  });
  const host = { uuid: 'a', name: 'xs-01' };

  it('are opened when first asked for, and once', async () => {
    expect(await rejection(run(named.of(host)))).to.include({ kind: 'Unauthorized', reason: 'SecretMissing' });
    await run(store.create(SECRETS, secret('first')));
    const first = await run(named.of(host));
    expect(await run(named.of(host))).to.equal(first);
    expect(opened.map(({ named: { login } }) => login)).to.deep.equal([{ username: 'operator', password: 'first' }]);
    expect(await run(named.of({ uuid: 'b', name: 'xs-02' }))).to.equal(undefined);
  });

  it('are opened anew where that is asked for, because a refused login stays refused; what is not settled stays so', async () => {
    named.reopen(host);
    named.reopen({ uuid: 'never opened' });
    await run(named.of(host));
    await run(named.of(host));
    expect(opened.map(({ bmc, named: { resume } }) => [bmc.closed, resume])).to.deep.equal([
      [1, undefined],
      [0, memory],
    ]);
  });
});
