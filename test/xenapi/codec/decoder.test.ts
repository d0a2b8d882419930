import { expect } from 'chai';
import type { Codec } from '../../../src/xenapi/codec/codec';
import { Aborted } from '../../../src/foundation/clock';
import { decodeAtOnce, decodeInSlices } from '../../../src/xenapi/codec/decoder';
import { jsonCodec } from '../../../src/xenapi/codec/json';
import { encodeReply } from '../../../src/xenapi/codec/server';
import { xmlCodec } from '../../../src/xenapi/codec/xml';
import { XapiError } from '../../../src/xenapi/error';
import type { XapiResponse } from '../../../src/xenapi/transport';
import { rejection } from '../fakePool';

const patient = new AbortController().signal;
const VMS = '(VM ref -> VM record) map';

/** A clock that moves a millisecond a look, so that turns depend on the work and not on the machine. */
function countingClock(): { monotonic(): number } {
  let looks = 0;
  return { monotonic: () => looks++ };
}

function records(count: number): Record<string, unknown> {
  const rows = Array.from({ length: count }, (_unused, index): [string, unknown] => [
    `OpaqueRef:${index}`,
    {
      uuid: `uuid-${index}`,
      name_label: `guest <${index}> & "co" \u00e9\u2603`,
      power_state: 'Running',
      memory_static_max: 1024 ** 3 + index,
      other_config: { note: 'x'.repeat(60), __proto__x: 'y' },
      VBDs: ['OpaqueRef:a', 'OpaqueRef:NULL'],
      is_a_template: index % 2 === 0,
    },
  ]);
  return Object.fromEntries(rows);
}

function served(codec: Codec, value: unknown, type: string): XapiResponse {
  return encodeReply({ id: 1, dialect: codec.dialect }, { ok: true, value }, type);
}

for (const codec of [jsonCodec, xmlCodec])
  describe(`an answer decoded in slices, ${codec.dialect}`, () => {
    const inSlices = (turn: () => Promise<void>): ReturnType<typeof decodeInSlices> => decodeInSlices(countingClock(), turn);

    it('gives the very value that decoding at once gives, and lets others have their turn on the way', async () => {
      let turns = 0;
      const decoder = inSlices(() => {
        turns += 1;
        return Promise.resolve();
      });
      const response = served(codec, records(2_000), VMS);
      const whole = decodeAtOnce.decode(codec, response, VMS, patient);
      expect(await decoder.decode(codec, response, VMS, patient)).to.deep.equal(whole);
      expect(turns).to.be.greaterThan(20);
    });

    it('does so for events', async () => {
      const type = 'an event batch';
      const snapshots = Object.entries(records(1_500));
      const events = snapshots.map(([ref, snapshot], index) => ({
        id: String(index),
        timestamp: '0.0',
        class: 'vm',
        operation: 'mod',
        ref,
        snapshot,
      }));
      const response = served(codec, { events, valid_ref_counts: { vm: 1_500 }, token: '1,2' }, type);
      const decoder = inSlices(() => Promise.resolve());
      expect(await decoder.decode(codec, response, type, patient)).to.deep.equal(
        decodeAtOnce.decode(codec, response, type, patient),
      );
    });

    it('takes no turn for an answer that is soon read', () => {
      const decoder = inSlices(() => Promise.reject(new Error('no turn was needed')));
      const response = served(codec, records(3), VMS);
      expect(decoder.decode(codec, response, VMS, patient)).to.deep.equal(decodeAtOnce.decode(codec, response, VMS, patient));
    });

    it('refuses what is cut off, or followed by something, as decoding at once does', async () => {
      const { body, ...rest } = served(codec, records(1_000), VMS);
      const decoder = inSlices(() => Promise.resolve());
      for (const broken of [body.slice(0, -10), body.slice(0, body.length / 2), `${body}{"more": 1}`, `nonsense ${body}`]) {
        const response = { ...rest, body: broken };
        let expected: unknown;
        try {
          expected = decodeAtOnce.decode(codec, response, VMS, patient);
        } catch (error) {
          expected = error;
        }
        if (!(expected instanceof XapiError)) {
          expect(await decoder.decode(codec, response, VMS, patient)).to.deep.equal(expected);
          continue;
        }
        const error = await rejection(Promise.resolve().then(() => decoder.decode(codec, response, VMS, patient)));
        expect(error, broken.slice(-20)).to.be.instanceOf(XapiError).with.property('kind', 'Protocol');
      }
    });

    it('is left off when the caller gives up', async () => {
      const caller = new AbortController();
      const decoder = inSlices(() => {
        caller.abort(new Error('given up'));
        return Promise.resolve();
      });
      const error = await rejection(
        Promise.resolve(decoder.decode(codec, served(codec, records(2_000), VMS), VMS, caller.signal)),
      );
      expect(error).to.be.instanceOf(Aborted);
    });

    it('refuses a record of the wrong type in the middle', async () => {
      const rows = { ...records(1_000), 'OpaqueRef:odd': { memory_static_max: 'much' } };
      const odd = encodeReply({ id: 1, dialect: codec.dialect }, { ok: true, value: rows }, 'any');
      const decoder = inSlices(() => Promise.resolve());
      const error = await rejection(Promise.resolve(decoder.decode(codec, odd, VMS, patient)));
      expect(error).to.be.instanceOf(XapiError).with.property('kind', 'Protocol');
      expect((error as Error).message)
        .to.contain('memory_static_max')
        .and.contain('much');
    });
  });
