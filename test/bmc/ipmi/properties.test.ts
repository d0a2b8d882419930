// What must hold whatever a BMC does and a program says.
import { expect } from 'chai';
import fc from 'fast-check';
import { VirtualClock } from '../../../src/foundation/virtualClock';
import { type Bmc, BmcError } from '../../../src/bmc/bmc';
import { openIpmi } from '../../../src/bmc/ipmi/openIpmi';
import type { IpmitoolRun, RunResult } from '../../../src/bmc/ipmi/run';
import { over, patient } from '../waiting';
import { type Fault, FakeIpmitool, NOISE } from './fakeIpmitool';

const ADDRESS = { protocol: 'ipmi', host: '10.1.7.1', port: 623 } as const;

const fault = fc.constantFrom<(Fault | undefined)[]>(
  undefined,
  undefined,
  'lose',
  'drop',
  'refuse',
  'unspecified',
  'unspecified after all',
  'away',
  'kill',
  'node busy',
);
const verb = fc.constantFrom<((bmc: Bmc) => Promise<unknown>)[]>(
  (bmc) => bmc.setPower('On', patient),
  (bmc) => bmc.setPower('Off', patient),
  (bmc) => bmc.setBootOnce('Pxe', 'UEFI', patient),
  (bmc) => bmc.setBootOnce('Cd', 'BIOS', patient),
  (bmc) => bmc.clearBootOverride(patient),
);
const ORDER = /^(?:chassis power (?:on|off)|raw 0x00 0x08 0x05 (?!0x00 0x00))/;
const CLEARING = 'raw 0x00 0x08 0x05 0x00 0x00 0x00 0x00 0x00';

const outcomeOf = (work: Promise<unknown>): Promise<unknown> =>
  work.catch((error: unknown) => {
    if (error instanceof BmcError) return error;
    throw error;
  });

describe('IPMI, whatever happens', () => {
  it('sends no order twice without a reading between, and one call sends an order once', async () => {
    await fc.assert(
      fc.asyncProperty(fc.array(verb, { maxLength: 5 }), fc.array(fault, { maxLength: 60 }), async (verbs, faults) => {
        const clock = new VirtualClock(0);
        const tool = new FakeIpmitool();
        tool.faults.push(...faults);
        const bmc = openIpmi(ADDRESS, { username: 'admin', password: 'secret1' }, { clock, run: tool });
        for (const call of verbs) {
          const from = tool.commands.length;
          await over(clock, outcomeOf(call(bmc)));
          const sent = tool.commands.slice(from).filter((command) => ORDER.test(command));
          expect(sent.length, tool.commands.join('\n')).to.be.at.most(1);
        }
        const orders = tool.commands.map((command) => (ORDER.test(command) || command === CLEARING ? 'order' : 'other'));
        expect(orders.join(' ')).not.to.include('order order');
      }),
      { numRuns: 300 },
    );
  });

  it('says changed or unchanged only where the machine is as it was told to be, and twice is as once', async () => {
    await fc.assert(
      fc.asyncProperty(verb, fc.array(fault, { maxLength: 12 }), async (call, faults) => {
        const clock = new VirtualClock(0);
        const tool = new FakeIpmitool();
        tool.faults.push(...faults);
        const bmc = openIpmi(ADDRESS, { username: 'admin', password: 'secret1' }, { clock, run: tool });
        const first = await over(clock, outcomeOf(call(bmc)));
        fc.pre(!(first instanceof BmcError));
        const state = [tool.power, tool.flags];
        tool.faults.length = 0;
        const second = await over(clock, call(bmc));
        expect(second).to.include({ outcome: 'unchanged' });
        expect([tool.power, tool.flags]).to.deep.equal(state);
      }),
      { numRuns: 300 },
    );
  });

  it('never says for certain that nothing was done where something was', async () => {
    await fc.assert(
      fc.asyncProperty(verb, fc.array(fault, { maxLength: 12 }), async (call, faults) => {
        const clock = new VirtualClock(0);
        const tool = new FakeIpmitool();
        tool.faults.push(...faults);
        const bmc = openIpmi(ADDRESS, { username: 'admin', password: 'secret1' }, { clock, run: tool });
        const before = [tool.power, tool.flags];
        const outcome = await over(clock, outcomeOf(call(bmc)));
        // `Unsupported` BootFlagsNotKept is the one that tells what it did itself.
        if (!(outcome instanceof BmcError) || outcome.ambiguous || outcome.reason === 'BootFlagsNotKept') return;
        expect([tool.power, tool.flags], outcome.message).to.deep.equal(before);
      }),
      { numRuns: 500 },
    );
  });
});

/** Says anything, with the secret in it. */
class Babbler implements IpmitoolRun {
  constructor(
    private readonly results: readonly RunResult[],
    private next = 0,
  ) {}

  run(): Promise<RunResult> {
    return Promise.resolve(this.results[this.next++ % this.results.length]!);
  }
}

const hexOf = (secret: string): string => Buffer.from(secret).toString('hex');

describe('a password that a BMC or ipmitool sends back', () => {
  // No word that errors and their stacks are made of anyway.
  const secret = fc.stringMatching(/^[A-Za-z0-9+/=.$^*()%_-]{6,18}$/).map((word) => `Z9${word}`);
  const frame = fc.constantFrom(
    (word: string) => word,
    (word: string) => `Set Chassis Power Control to Down/Off failed: ${word}`,
    (word: string) => `Unable to send RAW command (rsp=0xff): Unspecified error ${word}`,
    (word: string) => `> RAKP 2 HMAC is invalid ${word}`,
    (word: string) => `Address lookup for ${word} failed`,
    (word: string) =>
      ` Product Serial        : ${word}\n Product Name : ${word}\nFirmware Revision  : ${word}\nManufacturer Name : ${word}`,
    (word: string) => `System GUID   : ${word}`,
    (word: string) => `${'x'.repeat(190)}${word}`,
  );
  const shape = fc.constantFrom(
    (word: string) => word,
    hexOf,
    (word: string) => hexOf(word).toUpperCase(),
    (word: string) => hexOf(word).replace(/../g, '$& '),
    (word: string) => Buffer.from(word).toString('base64'),
  );

  it('stands in no error and no answer', async () => {
    const answers = fc.array(fc.tuple(fc.constantFrom(0, 1, null), frame, shape, fc.boolean()), { minLength: 1, maxLength: 6 });
    await fc.assert(
      fc.asyncProperty(secret, answers, async (password, framed) => {
        const clock = new VirtualClock(0);
        const results = framed.map(([code, put, as, out]): RunResult => {
          const text = `${put(as(password))}\n`;
          return { code, stdout: out ? text : '', stderr: out ? NOISE : NOISE + text };
        });
        const run = new Babbler(results);
        const bmc = openIpmi(ADDRESS, { username: 'admin', password }, { clock, run, powerSettleMs: 5_000 });
        const verbs = [
          () => bmc.probe(patient),
          () => bmc.power(patient),
          () => bmc.setPower('Off', patient),
          () => bmc.setBootOnce('Pxe', 'UEFI', patient),
        ];
        for (const call of verbs) {
          const outcome = await over(clock, outcomeOf(call()));
          const told = outcome instanceof Error ? `${outcome.message}\n${outcome.stack}` : JSON.stringify(outcome);
          const bare = told.toLowerCase().replace(/[\s:,-]/g, '');
          expect(told).not.to.include(password);
          expect(bare).not.to.include(hexOf(password));
        }
      }),
      { numRuns: 400 },
    );
  });
});
