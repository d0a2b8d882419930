// What the turn of one host takes, step by step: the moves of its pass over the bandwidth, the stops, planning values for the installer, and the starts.
import type { Span, StepEstimate, TurnEstimate } from '../estimate';
import type { PlannedMove, Turn } from '../pass/pass';
import { type Bandwidth, transfer } from './bandwidth';
import * as values from './planningValues';
import { longest, NO_TIME, span, sum, times } from './spans';

/** What of a guest time depends on. */
export interface MovedGuest {
  /** Bytes. */
  readonly memory: number;
  /** Milliseconds until the next of its appliance may follow. */
  readonly startDelay?: number;
}

export interface Circumstances {
  /** All that the pass names, by uuid. */
  readonly guests: ReadonlyMap<string, MovedGuest>;
  readonly bandwidth: Bandwidth;
  /** Moves and stops at once. */
  readonly maxParallel: number;
  /** Boot method by host uuid; a host that is not named boots by itself. */
  readonly methods: Readonly<Record<string, string>>;
  /** Milliseconds after which a guest that ignores its shutdown is cut off; undefined: never. */
  readonly forceShutdownAfter?: number | undefined;
  /** The master has had its turn before: no turn of the pass is its. */
  readonly begun?: boolean;
}

/** What its stops were, for the starts that resume them: guests that any turn up to this one suspended. */
export type Suspended = ReadonlySet<string>;

/** @throws RangeError for a guest that the pass names and the circumstances lack */
export function estimateTurn(turn: Turn, role: 'master' | 'member', suspended: Suspended, given: Circumstances): TurnEstimate {
  const steps: readonly StepEstimate[] = [
    drain(turn, given),
    ...(role === 'master' ? [backup()] : []),
    install(given.methods[turn.host]),
    rejoin(role),
    restore(turn, suspended, given),
  ];
  return { host: turn.host, steps, total: sum(steps.map((step) => step.span)) };
}

/** How long a host is in work: what must fit into a maintenance window. A soak and the end of the run are not the host's. */
export function timeInWork({ steps }: TurnEstimate): Span {
  return sum(steps.filter(({ step }) => step !== 'soak' && step !== 'finish').map((step) => step.span));
}

function drain({ moves, stops }: Turn, given: Circumstances): StepEstimate {
  const suspends = stops.filter(({ action }) => action === 'Suspend');
  const shutdowns = stops.filter(({ action }) => action === 'Shutdown');
  const parts = [
    { count: moves.length, of: 'moved', time: movesTime(moves, given), basis: given.bandwidth.basis },
    {
      count: suspends.length,
      of: 'suspended',
      time: transfer(
        memory(
          suspends.map(({ guest }) => guest),
          given,
        ),
        values.IMAGES,
      ),
      basis: values.IMAGES.basis,
    },
    {
      count: shutdowns.length,
      of: 'shut down',
      time: shutdownsTime(shutdowns.length, given),
      basis: 'shutdowns of a minute, one of them stubborn',
    },
  ].filter(({ count }) => count > 0);
  const basis = parts.map(({ count, of, basis: why }) => `${count} ${of} (${why})`).join(', ');
  return { step: 'drain', span: sum(parts.map(({ time }) => time)), basis: basis === '' ? 'nothing is in the way' : basis };
}

/** The bandwidth is shared by those that move at once; their set-up is not. */
function movesTime(moves: readonly PlannedMove[], given: Circumstances): Span {
  const waves = Math.ceil(moves.length / given.maxParallel);
  return sum([
    transfer(
      memory(
        moves.map(({ guest }) => guest),
        given,
      ),
      given.bandwidth,
    ),
    times(values.MOVE_SET_UP, waves),
  ]);
}

function shutdownsTime(count: number, { maxParallel, forceShutdownAfter = Infinity }: Circumstances): Span {
  if (count === 0) return NO_TIME;
  const stubborn = Math.min(values.STUBBORN, forceShutdownAfter);
  return sum([times(values.CLEAN_SHUTDOWN, Math.ceil(count / maxParallel)), span(0, 0, stubborn)]);
}

function backup(): StepEstimate {
  return { step: 'backup', span: values.BACKUP, basis: 'assumed: the database is dumped, read back and stored' };
}

function install(method: string | undefined): StepEstimate {
  const unattended = sum([values.UNATTENDED, values.POST]);
  const basis = 'unattended upgrade 10–20 min, self-test of the server 2–10 min';
  if (method !== 'Manual') return { step: 'install', span: unattended, basis };
  return { step: 'install', span: sum([unattended, values.BY_HAND]), basis: `${basis}, and a person at the console` };
}

function rejoin(role: 'master' | 'member'): StepEstimate {
  if (role === 'master')
    return { step: 'rejoin', span: values.MASTER_REJOINS, basis: 'a few minutes until the pool serves again, 10 min at most' };
  return { step: 'rejoin', span: values.MEMBER_REJOINS, basis: 'assumed: its storage is plugged and it settles' };
}

function restore({ starts, returns }: Turn, suspended: Suspended, given: Circumstances): StepEstimate {
  const hosts = [...new Set(starts.map(({ on }) => on))];
  const begun = longest(
    hosts.map((host) =>
      startsTime(
        starts.filter(({ on }) => on === host),
        suspended,
        given,
      ),
    ),
  );
  const basis = [
    ...(starts.length === 0 ? [] : [`${starts.length} started, two at once a host`]),
    ...(returns.length === 0 ? [] : [`${returns.length} moved (${given.bandwidth.basis})`]),
  ];
  const time = sum([begun, movesTime(returns, given)]);
  return { step: 'restore', span: time, basis: basis.length === 0 ? 'nothing comes back here' : basis.join(', ') };
}

function startsTime(starts: Turn['starts'], suspended: Suspended, given: Circumstances): Span {
  const uuids = starts.map(({ guest }) => guest);
  const images = transfer(
    memory(
      uuids.filter((uuid) => suspended.has(uuid)),
      given,
    ),
    values.IMAGES,
  );
  const delays = uuids.reduce((all, uuid) => all + (guestOf(uuid, given).startDelay ?? 0), 0);
  return sum([times(values.START, Math.ceil(starts.length / values.STARTS_AT_ONCE)), images, span(delays, delays, delays)]);
}

function memory(uuids: readonly string[], given: Circumstances): number {
  return uuids.reduce((bytes, uuid) => bytes + guestOf(uuid, given).memory, 0);
}

function guestOf(uuid: string, { guests }: Circumstances): MovedGuest {
  const guest = guests.get(uuid);
  if (guest === undefined) throw new RangeError(`no estimate: the pass names guest ${uuid}, and nothing is known of it`);
  return guest;
}
