// Plays a recording against a simulated pool in virtual time: every request in its order and, where the simulated hypervisor is not slower, at its
// moment. What the recorded hypervisor did at once and the simulated one takes its time for is waited for.
import { seededRandom } from '../../../src/foundation/random';
import { VirtualClock } from '../../../src/foundation/virtualClock';
import { createWorld, type SimulatedWorld } from '../../../src/simulator/createWorld';
import type { LoadedPool } from '../../../src/simulator/dump/loadedPool';
import { armFaults } from '../../../src/simulator/faults';
import { decodeCall } from '../../../src/xenapi/codec/server';
import { TransportFailure, type XapiTransport } from '../../../src/xenapi/transport';
import { isExchange, type Exchange, type Observation, type RecordedCall } from '../../xenapi/codec/recordings';
import { takeApart, type Answer, type RawAnswer } from './answer';
import { differences, roleOf } from './compare';
import { Lookout, signsOf, type Signs } from './signs';
import { Translation } from './translation';

export interface Deviation {
  /** Number of the recorded request. */
  readonly n: number;
  readonly what: string;
}

const START = Date.UTC(2026, 0, 1);
const LONGEST_WAIT = 1_200_000;
/** As often as the recording looked. */
const LOOK_EVERY = 500;
/** So fast a machine that its absence is as short as the recorded one. */
export const QUICK_BOOT = { shortest: 5_000, longest: 6_000 };

/** A world that runs in virtual time from a pool. */
export function worldOf(pool: LoadedPool): { readonly clock: VirtualClock; readonly world: SimulatedWorld } {
  const clock = new VirtualClock(START);
  const { database } = pool;
  const hosts = pool.hosts.map(({ uuid, name }, index) => ({
    uuid,
    name,
    role: index === 0 ? ('master' as const) : ('member' as const),
  }));
  const vms = [...database.records('VM').values()].map((record) => ({
    uuid: String(record['uuid']),
    name: String(record['name_label']),
  }));
  const world = createWorld({
    clock,
    random: seededRandom(1),
    pool,
    password: 'secret',
    repositories: new Map(),
    faults: armFaults([], { hosts, vms }),
    boot: QUICK_BOOT,
  });
  return { clock, world };
}

/** Runs `work` to its end in virtual time. */
export async function inVirtualTime<T>(clock: VirtualClock, work: () => Promise<T>): Promise<T> {
  let ended = false;
  const result = work().finally(() => {
    ended = true;
  });
  result.catch(() => undefined);
  await clock.run(() => ended, 86_400_000);
  return result;
}

export function pause(clock: VirtualClock, ms: number): Promise<void> {
  return new Promise((resolve) => {
    clock.after(ms, resolve);
  });
}

/** @returns every difference between a recorded answer and the simulated one */
export async function play(lines: readonly (RecordedCall | Observation)[], pool: LoadedPool): Promise<readonly Deviation[]> {
  const { clock, world } = worldOf(pool);
  const player = new Player(clock, world, pool);
  await inVirtualTime(clock, async () => {
    for (const line of lines) await player.play(line);
  });
  return player.deviations;
}

class Player {
  readonly deviations: Deviation[] = [];
  private readonly translation = new Translation();
  private readonly transport: XapiTransport;
  private lookout: { readonly tag: string; readonly first: Observation; readonly lookout: Lookout } | undefined;
  /** How far the simulated pool is behind the recorded one, in milliseconds. */
  private lag = 0;

  constructor(
    private readonly clock: VirtualClock,
    private readonly world: SimulatedWorld,
    private readonly pool: LoadedPool,
  ) {
    this.transport = world.transport('player');
  }

  async play(line: RecordedCall | Observation): Promise<void> {
    const due = START + line.at * 1_000;
    await pause(this.clock, due + this.lag - this.clock.now());
    this.lag = this.clock.now() - due;
    if (line.n === 'observe') await this.waitForSigns(line);
    else if (isExchange(line)) await this.exchange(line);
    else await this.refused(line);
  }

  private async exchange(line: Exchange): Promise<void> {
    const { method } = callOf(line);
    const real = takeApart({ status: line.status, contentType: line.headers['content-type'] ?? '', body: line.body });
    const simulated = await this.answered(line, real);
    if (simulated instanceof TransportFailure) return this.deviates(line, `expected an answer, found ${simulated.message}`);
    const role = real.error === undefined && real.value !== undefined ? roleOf(method) : 'value';
    for (const what of differences(real, simulated, role, this.translation.translate)) this.deviates(line, what);
    this.translation.learn(real, simulated);
    if (method === 'VM.start_on') await this.guestBoots(line);
  }

  private async refused(line: RecordedCall): Promise<void> {
    const simulated = await this.send(line);
    if (simulated instanceof TransportFailure && simulated.kind === 'Refused') return;
    this.deviates(
      line,
      `expected a refused connection, found ${simulated instanceof TransportFailure ? simulated.kind : simulated.body}`,
    );
  }

  private deviates(line: RecordedCall, what: string): void {
    this.deviations.push({ n: line.n, what });
  }

  private async send(line: RecordedCall): Promise<RawAnswer | TransportFailure> {
    const origin = `https://${this.pool.hosts[line.host === 'master' ? 0 : 1]!.address}`;
    const request = this.translation.translate(line.request);
    try {
      return await this.transport.post(origin, line.path, request, new AbortController().signal);
    } catch (error) {
      if (error instanceof TransportFailure) return error;
      throw error;
    }
  }

  /** Asks again for a task that had ended when it was recorded, until it has. */
  private async answered(line: Exchange, real: Answer): Promise<Answer | TransportFailure> {
    const ended = (answer: Answer): boolean => !['pending', undefined].includes(answer.value?.members.get('status')?.text);
    for (let waited = 0; ; waited += LOOK_EVERY) {
      const raw = await this.send(line);
      if (raw instanceof TransportFailure) return raw;
      const answer = takeApart(raw);
      if (!ended(real) || ended(answer) || waited > LONGEST_WAIT) return answer;
      await pause(this.clock, LOOK_EVERY);
    }
  }

  /** The recorded guests had their tools running at once. */
  private async guestBoots(line: Exchange): Promise<void> {
    const vm = this.translation.translate(String(callOf(line).params[1]));
    for (let waited = 0; waited < LONGEST_WAIT; waited += LOOK_EVERY) {
      const { guest_metrics: reported } = this.world.database.get('VM', vm) ?? {};
      if (reported !== 'OpaqueRef:NULL') return;
      await pause(this.clock, LOOK_EVERY);
    }
  }

  /** Until the simulated pool shows what the recorded one showed at that moment. That it shows nothing else before is a test of its own. */
  private async waitForSigns(line: Observation): Promise<void> {
    if (this.lookout?.tag !== line.tag) {
      const rebooting = line.tag.includes('master') ? 'master' : 'member';
      this.lookout = { tag: line.tag, first: line, lookout: new Lookout(this.world, this.pool, rebooting) };
    }
    const awaited = JSON.stringify(signsOf(line, this.lookout.first));
    let seen: Signs | undefined;
    for (let waited = 0; waited < LONGEST_WAIT; waited += LOOK_EVERY) {
      seen = await this.lookout.lookout.look();
      if (JSON.stringify(seen) === awaited) return;
      await pause(this.clock, LOOK_EVERY);
    }
    throw new Error(`${line.tag} at ${line.at} s: waited for ${awaited}, last seen ${JSON.stringify(seen)}`);
  }
}

/** A body that is no call has neither. */
function callOf(line: RecordedCall): { readonly method: string; readonly params: readonly unknown[] } {
  return line.tag === 'malformed-body' ? { method: '', params: [] } : decodeCall(line.path, line.request);
}
