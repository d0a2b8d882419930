import { expect } from 'chai';
import { isDeepStrictEqual } from 'node:util';
import { integer, type Random, seededRandom } from '../../../src/foundation/random';
import type { Codec } from '../../../src/xenapi/codec/codec';
import { decodeAtOnce } from '../../../src/xenapi/codec/decoder';
import { jsonCodec } from '../../../src/xenapi/codec/json';
import { encodeReply } from '../../../src/xenapi/codec/server';
import { xmlCodec } from '../../../src/xenapi/codec/xml';
import { XapiError } from '../../../src/xenapi/error';
import type { XapiResponse } from '../../../src/xenapi/transport';

const patient = new AbortController().signal;
const ANSWERS = 100_000;
const SEED = 20260112;

const VM = { uuid: 'u', name_label: 'a & b', memory_static_max: 1, other_config: { a: 'b' }, VBDs: [] };
const SOUND: readonly { readonly type: string; readonly value: unknown }[] = [
  { type: '(VM ref -> VM record) map', value: { 'OpaqueRef:1': VM } },
  {
    type: 'an event batch',
    value: {
      events: [{ id: '1', timestamp: '0.0', class: 'vm', operation: 'mod', ref: 'OpaqueRef:1', snapshot: VM }],
      valid_ref_counts: { vm: 1 },
      token: '1,2',
    },
  },
  { type: 'string', value: 'OpaqueRef:session' },
  { type: 'task record', value: { progress: 0.5, created: '20260102T03:04:05Z', error_info: ['CODE', 'x'], status: 'pending' } },
];

const SPLINTERS: readonly string[] = [
  '__proto__',
  'constructor',
  '"',
  '\\',
  '\\u0000',
  '{',
  '}',
  '[',
  ']',
  ',',
  ':',
  'null',
  'true',
  '-',
  '1e999',
  'NaN',
  '9'.repeat(40),
  '\u0000',
  '\u0007',
  '<',
  '>',
  '</value>',
  '<value>',
  '<struct>',
  '</struct>',
  '<member>',
  '<name>',
  '<array>',
  '<data/>',
  '<nil/>',
  '<ex:nil/>',
  '<int>x</int>',
  '<double>nan</double>',
  '<double>-inf</double>',
  '<boolean>2</boolean>',
  '<dateTime.iso8601>x',
  '<base64>!</base64>',
  '&lt;',
  '&#0;',
  '&nosuch;',
  ']]>',
  '<![CDATA[',
  '<!DOCTYPE x [<!ENTITY a "aa">]>',
  '<!--',
  '<?xml ?>',
  'OpaqueRef:NULL',
];

function pick<T>(random: Random, items: readonly T[]): T {
  return items[integer(random, 0, items.length - 1)]!;
}

/** One to four injuries: something cut out, doubled, moved, or put in; or the end cut off. */
function injure(random: Random, text: string): string {
  let injured = text;
  for (let left = integer(random, 1, 4); left > 0; left--) {
    const from = integer(random, 0, injured.length);
    const to = Math.min(injured.length, from + integer(random, 0, 40));
    const [head, part, tail] = [injured.slice(0, from), injured.slice(from, to), injured.slice(to)];
    const splinter = pick(random, SPLINTERS);
    const kinds = [
      head + tail,
      head + part + part + tail,
      head + splinter + tail,
      head + splinter + part + tail,
      head,
      part + head + tail,
    ];
    injured = pick(random, [...kinds, head + splinter.repeat(integer(random, 2, 200)) + tail]);
  }
  return injured;
}

/** The reply, or that the answer is none of XAPI's. @throws for everything else: that would have ended the operator */
function outcome(decode: () => unknown): unknown {
  try {
    return decode();
  } catch (error) {
    if (error instanceof XapiError && error.kind === 'Protocol') return 'Protocol';
    throw error;
  }
}

function inSteps(codec: Codec, response: XapiResponse): unknown {
  const steps = codec.decodeInSteps(response);
  for (;;) {
    const step = steps.next();
    if (step.done === true) return step.value;
  }
}

function sameInSteps(codec: Codec, response: XapiResponse): void {
  const [atOnce, stepwise] = [outcome(() => codec.decodeReply(response)), outcome(() => inSteps(codec, response))];
  if (!isDeepStrictEqual(stepwise, atOnce)) throw new Error('slices give another outcome');
}

for (const codec of [jsonCodec, xmlCodec])
  describe(`a hundred thousand answers nobody should give, ${codec.dialect}`, () => {
    it('are each a reply or refused as Protocol, decoded at once and in slices alike', () => {
      const random = seededRandom(SEED);
      const sound = SOUND.map(({ type, value }) => ({
        type,
        ...encodeReply({ id: 1, dialect: codec.dialect }, { ok: true, value }, type),
      }));
      const ends = new Map<string, number>();
      for (let count = 0; count < ANSWERS; count++) {
        const { type, ...answer } = pick(random, sound);
        const response = { ...answer, body: injure(random, answer.body) };
        try {
          const decoded = outcome(() => decodeAtOnce.decode(codec, response, type, patient));
          if (count % 10 === 0) sameInSteps(codec, response);
          const end = typeof decoded === 'string' ? decoded : 'reply';
          ends.set(end, (ends.get(end) ?? 0) + 1);
        } catch (cause) {
          throw new Error(`seed ${SEED}, answer ${count}: ${JSON.stringify(response.body)}`, { cause });
        }
      }
      // A fuzzer that only ever breaks everything, or nothing, tests nothing.
      expect(ends.get('reply')).to.be.greaterThan(ANSWERS / 100);
      expect(ends.get('Protocol')).to.be.greaterThan(ANSWERS / 10);
    }).timeout(240_000);

    it('of any depth are survived', () => {
      const depth = 100_000;
      const deep: Readonly<Record<string, string>> = {
        json: `{"result":${'['.repeat(depth)}${']'.repeat(depth)},"id":1}`,
        xml: `<methodResponse><params><param>${'<value><array><data>'.repeat(depth)}${'</data></array></value>'.repeat(depth)}</param></params></methodResponse>`,
      };
      const response = { status: 200, contentType: '', body: deep[codec.dialect]! };
      outcome(() => codec.decodeReply(response));
      outcome(() => inSteps(codec, response));
    });
  });
