import { expect } from 'chai';
import { HOST_PHASES, POOL_PHASES, isTerminal } from '../../src/api/phases';
import { CONDITIONS, REASONS } from '../../src/api/reasons';
import schema from '../../src/api/generated/schema.json';

describe('phases and reasons', () => {
  const { phase, hosts } = schema.properties.status.properties;

  it('are those of the CRD, in its order', () => {
    expect(Object.keys(POOL_PHASES)).to.have.members(phase.enum);
    expect(Object.keys(HOST_PHASES)).to.have.members(hosts.items.properties.phase.enum);
  });

  it('tell a run that is over from one that can go on', () => {
    expect(phase.enum.filter((name) => isTerminal(name as keyof typeof POOL_PHASES))).to.deep.equal([
      'Succeeded',
      'Failed',
      'Cancelled',
    ]);
  });

  it('have a meaning each and names the API accepts', () => {
    const { type, reason } = schema.properties.status.properties.conditions.items.properties;
    const sentences = [
      ...Object.values(CONDITIONS),
      ...Object.values(REASONS),
      ...Object.values(POOL_PHASES).map(({ meaning }) => meaning),
    ];
    expect(
      sentences.filter((sentence) => !/^[A-Z].*\.$/.test(sentence) && !/^[a-z]+\.\w+ is set\.$/.test(sentence)),
    ).to.deep.equal([]);
    expect(Object.keys(CONDITIONS).filter((name) => !new RegExp(type.pattern).test(name))).to.deep.equal([]);
    expect(Object.keys(REASONS).filter((name) => !new RegExp(reason.pattern).test(name))).to.deep.equal([]);
  });
});
