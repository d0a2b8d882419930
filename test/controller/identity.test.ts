import { expect } from 'chai';
import { processIdentity } from '../../src/controller/identity';
import { systemRandom } from '../../src/foundation/systemRandom';

describe('the name of a process', () => {
  it('tells a container from the one that died in the same pod', () => {
    const random = systemRandom();
    const [one, other] = [processIdentity('xenpool-operator-0', random), processIdentity('xenpool-operator-0', random)];
    expect(one)
      .to.match(/^xenpool-operator-0_[0-9a-f]{8}$/)
      .and.not.equal(other);
  });
});
