import { expect } from 'chai';
import { Troubles } from '../../src/controller/troubles';
import { KubeError } from '../../src/kubernetes/api';

describe('what holds objects up', () => {
  it('is told with the verb, the resource and the remedy until a step succeeds', () => {
    const troubles = new Troubles();
    expect(troubles.problem()).to.equal(undefined);
    troubles.note('ops/a', new KubeError('Forbidden', 'create leases.coordination.k8s.io in namespace ops: 403: no'));
    expect(troubles.problem()).to.match(/ops\/a: create leases.* \(give the operator this right\)/);
    troubles.note('ops/a', undefined);
    expect(troubles.problem()).to.equal(undefined);
  });

  it('says that the CRD is too old, and is forgotten with its object', () => {
    const troubles = new Troubles();
    troubles.note('ops/a', new KubeError('UnknownField', 'update poolupgrades.xenpool.dev/status ops/a: 400: unknown field'));
    expect(troubles.problem()).to.include('older than this operator');
    troubles.forget('ops/a');
    expect(troubles.problem()).to.equal(undefined);
  });

  it('is nothing that time mends, and names some of many', () => {
    const troubles = new Troubles();
    troubles.note('ops/a', new KubeError('Unavailable', 'down'));
    troubles.note('ops/b', new Error('else'));
    expect(troubles.problem()).to.equal(undefined);
    for (let index = 0; index < 9; index++) troubles.note(`ops/${index}`, new KubeError('Forbidden', 'no'));
    expect(troubles.problem()).to.match(/and 6 more$/);
  });
});
