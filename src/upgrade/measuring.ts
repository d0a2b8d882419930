// How fast memory went from host to host in this run: taken from waves that only moved guests, and whose answers this controller got itself.
import type { Facts } from './facts';
import type { Outcome } from './ports';
import type { Journal, RunState } from './state';

const MEBIBYTE = 1024 ** 2;

export interface SettledWave {
  readonly journal: Journal;
  /** Answers by position in the entry, as far as this controller got them. */
  readonly outcomes: ReadonlyMap<number, Outcome>;
  readonly facts: Facts;
  /** Wall time, milliseconds since the epoch. */
  readonly now: number;
}

/** Remembers what the wave that is over tells; a wave in which a guest did not arrive, or did something else than move, tells nothing. */
export function withTransfer(state: RunState, { journal, outcomes, facts, now }: SettledWave): RunState {
  const arrived = journal.items.every((item, at) => item.effect === 'Migrate' && outcomes.get(at)?.kind === 'Accepted');
  const since = Date.parse(journal.at);
  if (!arrived || !facts.guests.known || !(now > since)) return state;
  const { guests } = facts.guests.value;
  const moved = journal.items.map(({ object, params }) =>
    guests.find(({ uuid, host }) => uuid === object && host === params['to']),
  );
  if (moved.includes(undefined)) return state;
  const bytes = moved.reduce((sum, guest) => sum + (guest?.memory ?? 0), 0);
  const { mebibytes, seconds } = state.transferred ?? { mebibytes: 0, seconds: 0 };
  return {
    ...state,
    transferred: {
      mebibytes: mebibytes + Math.round(bytes / MEBIBYTE),
      seconds: seconds + Math.max(1, Math.round((now - since) / 1000)),
    },
  };
}
