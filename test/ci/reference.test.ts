import { expect } from 'chai';
import { fieldTables, refusals } from '../../.ci/generators/fieldTables';

const schema = {
  type: 'object',
  description: 'A thing.',
  required: ['size'],
  properties: {
    size: { type: 'string', description: 'How large. Default: small.', default: 'small', enum: ['small', 'a|b'] },
    count: { type: 'integer', description: 'How many.', minimum: 1, maximum: 3 },
    parts: {
      type: 'array',
      description: 'Its parts.',
      maxItems: 8,
      items: {
        type: 'object',
        title: 'Part',
        description: 'A part.',
        properties: { names: { type: 'array', description: 'Names.', items: { type: 'string', maxLength: 5, example: 'nut' } } },
        'x-kubernetes-validations': [{ rule: 'true', message: 'expected a name', fieldPath: '.names' }],
      },
    },
    labels: { type: 'object', description: 'Labels.', maxProperties: 4, additionalProperties: { type: 'string' } },
  },
  'x-kubernetes-validations': [
    { rule: 'self == oldSelf', message: 'the thing cannot change' },
    { rule: 'true', message: 'expected more', fieldPath: '.count' },
  ],
};
const text = fieldTables(schema, 'thing', (field) => (field === 'thing.count' ? '**Later.**' : undefined));
const row = (field: string): string | undefined => text.split('\n').find((line) => line.startsWith(`| \`${field}\``));

describe('the reference', () => {
  it('has a row a field with type, default, bounds and description, and breaks at no bar in a word', () => {
    expect(row('size')).to.equal('| `size` (required) | `small`, `a\\|b` | `small` |  | How large. |');
    expect(row('count')).to.equal('| `count` | integer |  | 1 to 3 | How many. **Later.** |');
    expect(row('labels')).to.equal('| `labels` | map of string |  | at most 4 entries | Labels. |');
  });

  it('has a section for each object, to which its row leads', () => {
    expect(row('parts')).to.equal('| `parts` | list of [Part](#thingparts) |  | at most 8 entries | Its parts. |');
    expect(text.split('\n').filter((line) => line.startsWith('### '))).to.deep.equal(['### thing', '### thing.parts[]']);
    expect(row('names')).to.equal('| `names` | list of string |  | each at most 5 characters; such as `nut` | Names. |');
  });

  it('tells what is refused at the field that is meant', () => {
    expect(text).to.include('- `thing.parts[].names`: expected a name');
    expect(refusals(schema, '')).to.deep.equal(['- the thing cannot change', '- `count`: expected more']);
    expect(refusals(schema, '', (rule) => rule.includes('oldSelf'))).to.deep.equal(['- the thing cannot change']);
  });
});
