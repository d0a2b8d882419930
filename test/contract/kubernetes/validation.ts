// Contract: what the schema and its rules refuse, with the words a person reads.
import { expect } from 'chai';
import type { Answer } from './client';
import type { Place } from './contract';
import { GROUP, kite } from './kites';

interface Refusal {
  readonly spec: object;
  /** After `is invalid: `. */
  readonly message: string;
  readonly reason: string;
  readonly field: string;
}

const REFUSALS: Readonly<Record<string, Refusal>> = {
  'a wrong type': {
    spec: { wind: 'much' },
    message: 'spec.wind: Invalid value: "string": spec.wind in body must be of type integer: "string"',
    reason: 'FieldValueTypeInvalid',
    field: 'spec.wind',
  },
  'too little': {
    spec: { wind: -1 },
    message: 'spec.wind: Invalid value: -1: spec.wind in body should be greater than or equal to 0',
    reason: 'FieldValueInvalid',
    field: 'spec.wind',
  },
  'too much': {
    spec: { wind: 13 },
    message: 'spec.wind: Invalid value: 13: spec.wind in body should be less than or equal to 12',
    reason: 'FieldValueInvalid',
    field: 'spec.wind',
  },
  'none of an enumeration': {
    spec: { colour: 'green' },
    message: 'spec.colour: Unsupported value: "green": supported values: "red", "blue"',
    reason: 'FieldValueNotSupported',
    field: 'spec.colour',
  },
  'a pattern not met': {
    spec: { code: 'ABC' },
    message: 'spec.code: Invalid value: "ABC": spec.code in body should match \'^[a-z]+$\'',
    reason: 'FieldValueInvalid',
    field: 'spec.code',
  },
  'a text too long': {
    spec: { code: 'abcdefghi' },
    message: 'spec.code: Too long: may not be more than 8 bytes',
    reason: 'FieldValueTooLong',
    field: 'spec.code',
  },
  'a text too short': {
    spec: { code: 'a' },
    message: 'spec.code: Invalid value: "a": spec.code in body should be at least 2 chars long',
    reason: 'FieldValueInvalid',
    field: 'spec.code',
  },
  'no time': {
    spec: { since: 'yesterday' },
    message: 'spec.since: Invalid value: "yesterday": spec.since in body must be of type date-time: "yesterday"',
    reason: 'FieldValueTypeInvalid',
    field: 'spec.since',
  },
  'too few items': {
    spec: { lines: [] },
    message: 'spec.lines: Invalid value: 0: spec.lines in body should have at least 1 items',
    reason: 'FieldValueInvalid',
    field: 'spec.lines',
  },
  'too many items': {
    spec: { steps: ['1', '2', '3', '4', '5', '6'] },
    message: 'spec.steps: Too many: 6: must have at most 5 items',
    reason: 'FieldValueTooMany',
    field: 'spec.steps',
  },
  'too many members': {
    spec: { labels: { a: '1', b: '2', c: '3', d: '4' } },
    message: 'spec.labels: Too many: 4: must have at most 3 items',
    reason: 'FieldValueTooMany',
    field: 'spec.labels',
  },
  'a member of an item missing': {
    spec: { lines: [{ length: 1 }] },
    message: 'spec.lines[0].name: Required value',
    reason: 'FieldValueRequired',
    field: 'spec.lines[0].name',
  },
  'a key twice in a map list': {
    spec: { lines: [{ name: 'a' }, { name: 'a', length: 2 }] },
    message: 'spec.lines[1]: Duplicate value: {"name":"a"}',
    reason: 'FieldValueDuplicate',
    field: 'spec.lines[1]',
  },
  'an item twice in a set': {
    spec: { tags: ['a', 'b', 'a'] },
    message: 'spec.tags[2]: Duplicate value: "a"',
    reason: 'FieldValueDuplicate',
    field: 'spec.tags[2]',
  },
  'a rule with a message': {
    spec: { even: 3 },
    message: 'spec.even: Invalid value: 3: must be even',
    reason: 'FieldValueInvalid',
    field: 'spec.even',
  },
  'a rule with a made message and a reason': {
    spec: { even: 666 },
    message: 'spec.even: Forbidden: not 666',
    reason: 'FieldValueForbidden',
    field: 'spec.even',
  },
  'a rule without a message': {
    spec: { wait: '2h' },
    message: 'spec.wait: Invalid value: "2h": failed rule: duration(self) <= duration(\'1h\')',
    reason: 'FieldValueInvalid',
    field: 'spec.wait',
  },
};

const causes = ({ body }: Answer): readonly unknown[] =>
  body.details.causes.map(({ reason, field }: { reason: string; field: string }) => ({ reason, field }));

export function validationContract(here: () => Place): void {
  describe('validation', () => {
    for (const [what, { spec, message, reason, field }] of Object.entries(REFUSALS))
      it(`refuses ${what}, and says so`, async () => {
        const [p, name] = [here(), here().name()];
        const answer = await p.client.post(p.kites(), kite(name, spec));
        expect([answer.code, answer.body.reason]).to.deep.equal([422, 'Invalid']);
        expect(answer.body.message).to.satisfy((found: string) => found.startsWith(`Kite.${GROUP} "${name}" is invalid: `));
        expect(answer.body.message).to.contain(message);
        expect(causes(answer)).to.deep.include({ reason, field });
        const cause = answer.body.details.causes.find((each: { field: string }) => each.field === field);
        expect(`${field}: ${cause.message}`).to.equal(message);
        expect(answer.body.details).to.include({ name, group: GROUP, kind: 'Kite' });
        expect((await p.client.get(p.kites(name))).code).to.equal(404);
      });

    it('a missing member is required, and rules wait until the rest is right', async () => {
      const [p, name] = [here(), here().name()];
      const { wind: _wind, ...spec } = { wind: 1, even: 3 };
      const answer = await p.client.post(p.kites(), { ...kite(name), spec });
      expect(answer.body.message).to.equal(
        `Kite.${GROUP} "${name}" is invalid: [spec.wind: Required value, <nil>: Invalid value: null: some validation rules were not checked because the object was invalid; correct the existing errors to complete validation]`,
      );
    });

    it('several faults are told at once', async () => {
      const [p, name] = [here(), here().name()];
      const answer = await p.client.post(p.kites(), kite(name, { wind: -1, even: 3, code: 'a' }));
      expect(causes(answer)).to.have.deep.members([
        { reason: 'FieldValueInvalid', field: 'spec.wind' },
        { reason: 'FieldValueInvalid', field: 'spec.even' },
        { reason: 'FieldValueInvalid', field: 'spec.code' },
      ]);
    });

    it('a rule that cannot be evaluated refuses and says why', async () => {
      const [p, name] = [here(), here().name()];
      const { code, body } = await p.client.post(p.kites(), kite(name, { wait: '1d' }));
      expect(code).to.equal(422);
      expect(body.message).to.equal(
        `Kite.${GROUP} "${name}" is invalid: spec.wait: Invalid value: "string": type conversion error from 'string' to 'google.protobuf.Duration' evaluating rule: duration(self) <= duration('1h')`,
      );
    });

    it('a transition is refused by the phase it was in, at the path the rule names', async () => {
      const [p, name] = [here(), here().name()];
      await p.client.post(p.kites(), kite(name, { frozen: 'a', tags: ['x', 'y'], steps: ['x', 'y'] }));
      expect((await p.client.merge(p.kites(name), { spec: { frozen: 'b' } })).code).to.equal(200);
      await p.client.merge(p.kites(name, 'status'), { status: { phase: 'Flying' } });
      const answer = await p.client.merge(p.kites(name), { spec: { frozen: 'c' } });
      expect(answer.body.message).to.equal(
        `Kite.${GROUP} "${name}" is invalid: spec: Forbidden: immutable while it flies (phase Flying)`,
      );
      expect(causes(answer)).to.deep.equal([{ reason: 'FieldValueForbidden', field: 'spec' }]);
      expect((await p.client.merge(p.kites(name), { spec: { wind: 5 } })).code).to.equal(200);
    });

    it('sets compare without their order, atomic lists with it', async () => {
      const [p, name] = [here(), here().name()];
      await p.client.post(p.kites(), kite(name, { tags: ['x', 'y'], steps: ['x', 'y'] }));
      await p.client.merge(p.kites(name, 'status'), { status: { phase: 'Flying' } });
      expect((await p.client.merge(p.kites(name), { spec: { tags: ['y', 'x'] } })).code).to.equal(200);
      expect((await p.client.merge(p.kites(name), { spec: { steps: ['y', 'x'] } })).code).to.equal(422);
    });

    it('unknown members are dropped with a warning, or refused when asked to be strict', async () => {
      const [p, name] = [here(), here().name()];
      const spec = { bogus: 1, lines: [{ name: 'a', bogus: 2 }], open: { any: { thing: true } }, labels: { any: 'key' } };
      const made = await p.client.post(p.kites(), kite(name, spec));
      expect(made.body.spec).to.deep.include({ open: { any: { thing: true } }, labels: { any: 'key' } });
      expect(made.body.spec.lines).to.deep.equal([{ name: 'a', colour: 'white' }]);
      expect(made.body.spec).to.not.have.property('bogus');
      expect(made.warnings).to.have.members(['unknown field "spec.bogus"', 'unknown field "spec.lines[0].bogus"']);
      const strict = await p.client.post(`${p.kites()}?fieldValidation=Strict`, kite(p.name(), { bogus: 1 }));
      expect([strict.code, strict.body.reason]).to.deep.equal([400, 'BadRequest']);
      expect(strict.body.message).to.equal(
        'Kite in version "v1" cannot be handled as a Kite: strict decoding error: unknown field "spec.bogus"',
      );
      const quiet = await p.client.post(`${p.kites()}?fieldValidation=Ignore`, kite(p.name(), { bogus: 1 }));
      expect([quiet.code, quiet.warnings]).to.deep.equal([201, []]);
      const object = { ...made.body, status: { phase: 'Flying', bogus: 1 } };
      const status = await p.client.put(`${p.kites(name, 'status')}?fieldValidation=Strict`, object);
      expect([status.code, status.body.reason]).to.deep.equal([400, 'BadRequest']);
      expect(status.body.message).to.contain('strict decoding error: unknown field "status.bogus"');
      const patched = await p.client.merge(`${p.kites(name)}?fieldValidation=Strict`, { spec: { bogus: 1 } });
      expect([patched.code, patched.body.reason]).to.deep.equal([422, 'Invalid']);
      expect(patched.body.message).to.contain('strict decoding error: unknown field "spec.bogus"');
    });

    it('null is nothing, unless the schema allows it', async () => {
      const [p, name] = [here(), here().name()];
      const { body } = await p.client.post(p.kites(), kite(name, { colour: null, code: null, maybe: null }));
      expect(body.spec).to.deep.equal({ wind: 3, colour: 'red', maybe: null, nested: { depth: 3 } });
    });

    for (const [what, metadata, message] of [
      [
        'a name',
        { name: 'Not_Right' },
        'metadata.name: Invalid value: "Not_Right": a lowercase RFC 1123 subdomain must consist of',
      ],
      [
        'a label',
        { labels: { a: 'not right' } },
        'metadata.labels: Invalid value: "not right": a valid label must be an empty string or',
      ],
    ] as const)
      it(`refuses ${what} that is none`, async () => {
        const p = here();
        const { code, body } = await p.client.post(p.kites(), kite(p.name(), {}, metadata));
        expect([code, body.reason]).to.deep.equal([422, 'Invalid']);
        expect(body.message).to.contain(message);
      });
  });
}
