// The rules in the CRD and the checks in the program are two guards of one gate. Here the program's side is held against the list of cases that API servers
// are held against, and the phases the rules name against the program's.
import { expect } from 'chai';
import schema from '../../src/api/generated/schema.json';
import { validateManifest } from '../../src/api/manifest';
import { POOL_PHASES } from '../../src/api/phases';
import { schemaValidator } from '../../src/api/schema';
import { BARE_SPEC, CREATE_CASES, EDIT_CASES } from './validationCases';

const validator = schemaValidator();
const phases = Object.entries(POOL_PHASES);
const untouched = phases.filter(([, { untouched: yes }]) => yes === true).map(([name]) => name);
const terminal = phases.filter(([, { terminal: yes }]) => yes === true).map(([name]) => name);

interface Rule {
  readonly rule: string;
  readonly message: string;
  readonly messageExpression?: string;
  readonly fieldPath?: string;
}

interface Schema {
  readonly properties?: Readonly<Record<string, Schema>>;
  readonly items?: Schema;
  readonly 'x-kubernetes-validations'?: readonly Rule[];
}

function rules(of: Schema, at: string): readonly (readonly [at: string, rule: Rule])[] {
  const own = (of['x-kubernetes-validations'] ?? []).map((rule) => [at, rule] as const);
  const below = Object.entries(of.properties ?? {}).flatMap(([name, child]) => rules(child, `${at}.${name}`));
  return [...own, ...below, ...(of.items === undefined ? [] : rules(of.items, `${at}[]`))];
}

const all = rules(schema as Schema, '');
const atRoot = all.filter(([at]) => at === '').map(([, rule]) => rule);

describe('what API servers refuse', () => {
  for (const { name, spec, refused, says } of CREATE_CASES)
    it(`is refused here as well, at the same field and in like words: ${name}`, () => {
      const metadata = { name: 'rack7' };
      const result = validateManifest(
        { apiVersion: 'xenpool.dev/v1alpha1', kind: 'PoolUpgrade', metadata, spec: { ...BARE_SPEC, ...spec } },
        validator,
      );
      const problems = result.ok ? [] : result.problems;
      expect(problems.length > 0, JSON.stringify(problems)).to.equal(refused.length > 0);
      for (const field of refused)
        expect(problems.map((problem) => problem.field).some((at) => at.startsWith(field))).to.equal(true);
      if (says !== undefined) expect(problems[0]?.message).to.match(says);
    });

  it('says what was found or expected, and at which field', () => {
    expect(all.length).to.be.greaterThan(20);
    const mute = all.filter(([, { message }]) => !/expected|cannot|can be added/.test(message) || message.includes('\n'));
    expect(mute.map(([at, { rule }]) => `${at}: ${rule}`)).to.deep.equal([]);
  });
});

describe('the rules at the root of the CRD', () => {
  it('compare old and new only, since a rule on content would lock up an object that breaks it', () => {
    const onContent = atRoot.filter(({ rule }) => !rule.includes('oldSelf'));
    expect(onContent.map(({ rule }) => rule)).to.deep.equal(['self.metadata.name.size() <= 63']);
  });

  it('leave everything open before the start, and target and path once the run is over', () => {
    const open = (rule: string): readonly string[] =>
      [...(/status\.phase in \[([^\]]*)\]/.exec(rule)?.[1] ?? '').matchAll(/\w+/g)].map(([word]) => word);
    const transitions = atRoot.filter(({ rule }) => rule.includes('oldSelf'));
    expect(new Set(transitions.map(({ fieldPath }) => fieldPath))).to.deep.equal(
      new Set(['.spec.pool.uuid', '.spec.pool.endpoints', '.spec.target', '.spec.path']),
    );
    for (const { rule, fieldPath = '' } of transitions)
      expect(open(rule), fieldPath).to.have.members(fieldPath.includes('pool') ? untouched : [...untouched, ...terminal]);
  });

  it('are each shown by an edit that some phase refuses', () => {
    const shown = new Set(EDIT_CASES.filter(({ refusedIn }) => refusedIn.length > 0).map(({ field }) => `.${field}`));
    expect(shown).to.deep.equal(new Set(atRoot.flatMap(({ fieldPath }) => fieldPath ?? [])));
    for (const { refusedIn } of EDIT_CASES) expect(refusedIn.filter((phase) => untouched.includes(phase))).to.deep.equal([]);
  });
});
