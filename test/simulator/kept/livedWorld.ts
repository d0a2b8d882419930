// A kept world for tests, and a client that does to it whatever chance says: it lives through the same actions in the process that was never killed and in the
// one that took the world up, so that both can be compared.
import fc from 'fast-check';
import { seededRandom } from '../../../src/foundation/random';
import { realClock } from '../../../src/foundation/realClock';
import { loadPool, makePool, toDatabase } from '../../../src/simulator/dump';
import { type Journal, openJournal } from '../../../src/simulator/kept/journalFile';
import { control } from '../../../src/simulator/servers/control';
import { type Simulation, type SimulationSettings, startSimulation } from '../../../src/simulator/servers/simulation';
import { jsonCodec } from '../../../src/xenapi/codec/json';
import { TransportFailure } from '../../../src/xenapi/transport';
import { parseDatabase } from '../../../src/xenapi/database/parseDatabase';
import { printDatabase } from '../../../src/xenapi/database/printDatabase';

const PASSWORD = 'not a secret';
const HOSTS = 3;
const DUMP = printDatabase(toDatabase(makePool({ hosts: HOSTS, vms: 7, release: { brand: 'XCP-ng', version: '8.2.1' } })));
const ORIGIN = Date.parse('2026-03-01T20:00:00Z');

export interface LivedWorld {
  readonly simulation: Simulation;
  readonly journal: Journal;
  readonly defects: readonly unknown[];
}

/** Lives in the file; the port is whichever is free, and what the file says from the second start on. */
export async function live(file: string, more: Partial<SimulationSettings> = {}): Promise<LivedWorld> {
  const journal = openJournal({ file, digest: 'of this world', onFull: () => undefined });
  const defects: unknown[] = [];
  const simulation = await startSimulation({
    pool: loadPool(parseDatabase(DUMP)),
    random: seededRandom(3),
    password: PASSWORD,
    beneath: realClock(),
    pace: 0,
    origin: ORIGIN,
    listen: '127.0.0.30',
    port: 0,
    plain: true,
    faults: ['agent-restarts@member:after=400', 'installer-fails@master:stage=after-format'],
    record: journal,
    onDefect: (error) => void defects.push(error),
    ...more,
  });
  return { simulation, journal, defects };
}

/** All of it that anybody can see or that judges anybody. */
export function stateOf({ simulation: { world, books, faults, clock } }: LivedWorld): object {
  const { database } = world;
  return {
    elapsed: clock.monotonic(),
    now: clock.now(),
    generation: database.generation,
    tables: database.tableNames().map((table) => ({
      table,
      records: [...database.records(table)].map(([ref, record]) => ({ ref, at: database.modifiedAt(ref), record })),
    })),
    machines: [...world.machines.values()],
    domains: [...world.domains.values()],
    chance: world.random.next(),
    idleFaults: faults.untouched().map(({ text }) => text),
    verdict: books.verdict(),
    destructiveEffects: books.destructiveEffects(),
  };
}

export type Action =
  | { readonly does: 'wait'; readonly seconds: number }
  | { readonly does: 'call'; readonly method: string; readonly host: number; readonly params: readonly unknown[] }
  | { readonly does: 'hang up' }
  | { readonly does: 'control'; readonly path: string; readonly body: object | string };

/** Stand in parameters and paths for what a client has learnt. */
const GUESTS = 6;
const ref = (kind: 'host' | 'guest', index: number): string => `<${kind} ${index}>`;

const host = fc.nat(HOSTS - 1);
const guest = fc.nat(GUESTS - 1);
const call = (method: string, ...params: readonly fc.Arbitrary<unknown>[]): fc.Arbitrary<Action> =>
  fc.record({
    does: fc.constant('call' as const),
    method: fc.constantFrom(method, ...(/^(VM|host)\./.test(method) && !method.includes('.get_') ? [`Async.${method}`] : [])),
    host: fc.oneof({ weight: 4, arbitrary: fc.constant(0) }, host),
    params: fc.tuple(...params),
  });
const aHost = host.map((index) => ref('host', index));
const aGuest = guest.map((index) => ref('guest', index));
const by = (path: fc.Arbitrary<string>, body: fc.Arbitrary<object | string>): fc.Arbitrary<Action> =>
  fc.record({ does: fc.constant('control' as const), path, body });

export const anyAction: fc.Arbitrary<Action> = fc.oneof(
  {
    weight: 8,
    arbitrary: fc.record({ does: fc.constant('wait' as const), seconds: fc.double({ min: 0, max: 300, noNaN: true }) }),
  },
  { weight: 3, arbitrary: call('session.login_with_password') },
  { weight: 3, arbitrary: call('event.from', fc.constant(['vm', 'host', 'task']), fc.constant(''), fc.constant(1)) },
  { weight: 3, arbitrary: call('event.register', fc.constant(['vm', 'task'])) },
  { weight: 3, arbitrary: call('event.next') },
  { weight: 2, arbitrary: fc.record({ does: fc.constant('hang up' as const) }) },
  { weight: 1, arbitrary: call('VM.get_all_records') },
  { weight: 3, arbitrary: call('VM.pool_migrate', aGuest, aHost, fc.constant({ live: 'true' })) },
  { weight: 2, arbitrary: call('VM.clean_shutdown', aGuest) },
  { weight: 2, arbitrary: call('VM.suspend', aGuest) },
  { weight: 2, arbitrary: call('host.disable', aHost) },
  { weight: 2, arbitrary: call('host.evacuate', aHost) },
  { weight: 2, arbitrary: call('host.reboot', aHost) },
  { weight: 1, arbitrary: call('host.enable', aHost) },
  {
    weight: 3,
    arbitrary: by(
      host.map((index) => `/machines/xs-0${index + 1}/power`),
      fc.record({ on: fc.boolean() }),
    ),
  },
  {
    weight: 3,
    arbitrary: by(
      host.map((index) => `/machines/xs-0${index + 1}/boot-installer`),
      fc.constant({ release: 'XCP-ng 8.3.0' }),
    ),
  },
  {
    weight: 1,
    arbitrary: by(
      fc.constant('/faults'),
      fc.constantFrom('migration-fails', 'reset-mid-call', 'host-never-returns@xs-02', 'nonsense'),
    ),
  },
);

/** What one client knows, which lives on while the pool's process does not. */
export class Client {
  /** Whatever it was answered, or how it was not. */
  readonly heard: string[] = [];
  private session = 'OpaqueRef:none yet';
  private waiting: AbortController[] = [];

  /** Does one thing after the other, and hears what is answered at once. */
  async perform({ simulation }: LivedWorld, action: Action): Promise<void> {
    switch (action.does) {
      case 'wait':
        return simulation.clock.step(action.seconds * 1_000);
      case 'hang up':
        this.waiting.shift()?.abort();
        return simulation.clock.step(0);
      case 'control': {
        const body = typeof action.body === 'string' ? action.body : JSON.stringify(action.body);
        await control(simulation, { method: 'POST', path: action.path, body });
        return;
      }
      case 'call':
        this.call(simulation, action);
        return simulation.clock.step(0);
    }
  }

  private call(simulation: Simulation, { method, host: index, params }: Extract<Action, { does: 'call' }>): void {
    const login = method === 'session.login_with_password';
    const given = login
      ? ['root', PASSWORD, '1.0', 'anyone']
      : [this.session, ...params.map((param) => this.known(simulation, param))];
    const gone = new AbortController();
    this.waiting.push(gone);
    const body = jsonCodec.encodeCall(method, given);
    const uuid = [...simulation.world.machines.keys()][index]!;
    const over = (end: string): void => {
      if (gone.signal.aborted) return;
      this.heard.push(`${method}: ${end}`);
      this.waiting = this.waiting.filter((one) => one !== gone);
    };
    simulation.intake.serve(uuid, { method: 'POST', path: '/jsonrpc', body }, gone.signal).then(
      (answer) => {
        over(answer.body);
        const { result } = JSON.parse(answer.body) as { readonly result?: string };
        if (login && result !== undefined) this.session = result;
      },
      (error: unknown) => {
        if (!(error instanceof TransportFailure)) throw error;
        over(error.kind);
      },
    );
  }

  /** References last as long as the pool. */
  private known({ world: { database } }: Simulation, param: unknown): unknown {
    const [, kind, index] = /^<(host|guest) (\d+)>$/.exec(String(param)) ?? [];
    if (kind === undefined) return param;
    const table = kind === 'host' ? 'host' : 'VM';
    const named = [...database.records(table)].filter(([, record]) => record['is_control_domain'] !== true);
    return named[Number(index)]?.[0] ?? param;
  }

  /** The process that held the connections is gone; who listened to them hears nothing more. */
  lostConnections(): void {
    for (const gone of this.waiting.splice(0)) gone.abort();
    this.heard.splice(0);
  }
}
