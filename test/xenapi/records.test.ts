import { expect } from 'chai';
import { fieldsOf, releaseRank } from '../../src/datamodel/datamodel';
import { RECORD_FIELDS, type VmRecord } from '../../src/xenapi/records/records';

describe('typed records', () => {
  for (const [cls, spec] of Object.entries(RECORD_FIELDS))
    it(`of ${cls} have the datamodel's fields and types, optional where a supported release lacks them`, () => {
      const since = (late: boolean): Record<string, string> =>
        Object.fromEntries(
          fieldsOf(cls)
            .filter((field) => releaseRank(field.since) > releaseRank('miami') === late)
            .map(({ name, type }) => [name, type]),
        );
      expect(spec.always).to.deep.equal(since(false));
      expect(spec.later).to.deep.equal(since(true));
    });

  it('read as the compiler says', () => {
    const vm: Pick<VmRecord, 'uuid' | 'is_a_template' | 'memory_target' | 'VBDs' | 'other_config' | 'domain_type'> = {
      uuid: 'u',
      is_a_template: false,
      memory_target: 5,
      VBDs: ['OpaqueRef:b'],
      other_config: { key: 'value' },
    };
    expect(vm.domain_type).to.equal(undefined);
  });
});
