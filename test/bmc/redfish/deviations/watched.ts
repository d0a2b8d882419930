// A driver whose requests are seen as they go out, and what proofs of deviations read of them.
import type { RedfishBmc } from '../../../../src/bmc/redfish/redfish';
import type { BmcError } from '../../../../src/bmc/bmc';
import type { BmcRequest } from '../../../../src/bmc/transport';
import type { BmcProfile, SlotProfile } from '../../../../src/simulator/bmc/profile';
import { profileOf } from '../../../../src/simulator/bmc/profiles';
import { Bench, type Shape } from '../bench';

export interface Watched {
  readonly bench: Bench;
  readonly driver: RedfishBmc;
  readonly run: <T>(work: Promise<T>) => Promise<T>;
  readonly failure: (work: Promise<unknown>) => Promise<BmcError>;
  /** All requests, in order. */
  readonly sent: readonly BmcRequest[];
  /** Those that change something, but for logins. */
  readonly changing: () => readonly BmcRequest[];
}

export function watched(id: string, shape: Shape = {}): Watched {
  const bench = new Bench(id, shape);
  const inner = bench.simulated.transport();
  const sent: BmcRequest[] = [];
  const driver = bench.another({
    transport: {
      request(request, signal) {
        sent.push(request);
        return inner.request(request, signal);
      },
    },
  });
  const changing = (): readonly BmcRequest[] =>
    sent.filter(({ method, path }) => method !== 'GET' && !path.endsWith('/Sessions'));
  return { bench, driver, sent, changing, run: (work) => bench.run(work), failure: (work) => bench.failure(work) };
}

/** A BMC of that family that is otherwise than its profile. */
export function bent(id: string, change: (own: BmcProfile) => Partial<BmcProfile>): Watched {
  const own = profileOf(id);
  return watched(id, { profile: { ...own, ...change(own) } });
}

/** One whose slots are otherwise. */
export function withSlots(id: string, change: (slots: readonly SlotProfile[]) => readonly SlotProfile[]): Watched {
  return bent(id, ({ media }) => ({ media: { ...media, slots: change(media.slots) } }));
}

export const bodyOf = ({ body }: BmcRequest): Readonly<Record<string, unknown>> => JSON.parse(body) as Record<string, unknown>;

/** `Boot` of a PATCH. */
export const bootOf = (request: BmcRequest): Readonly<Record<string, unknown>> =>
  bodyOf(request)['Boot'] as Record<string, unknown>;

/** What was booted, when the machine was switched on and its self-test is over. */
export async function bootedBy({ bench, driver, run }: Watched): Promise<readonly unknown[]> {
  await run(driver.setPower('On', new AbortController().signal));
  await bench.pass(120_000);
  return bench.chassis.boots.map(({ device }) => device);
}

/** A proof for each deviation of a row, by its words in the table. */
export type Proofs = Readonly<Record<string, () => Promise<void>>>;
