// Virtual time that goes on by itself, at a pace, and jumps when it is told to: the clock of a simulated pool that real programs talk to. Whatever moves
// time on, a timer fires at its own virtual moment and all that follows at once is done before the next one fires, so an hour that was stepped over did
// what an hour does. Between two timers time stands where the last one fell due: a machine that is too slow for the pace lags, and skips nothing.
import type { Cancel, Clock } from './clock';
import { type Timer, TimerHeap } from './timerHeap';
import { nextTurn } from './turn';

/** A real timer is never set for longer: Node fires one of more than 24.8 days at once. */
const LONGEST_WAIT = 86_400_000;

export interface PacedClockSettings {
  /** Real time. */
  readonly beneath: Clock;
  /** Virtual milliseconds a real one; 0 when time moves only by steps. */
  readonly pace: number;
  /** Wall time at the start, in milliseconds since the epoch; default: what `beneath` shows. */
  readonly origin?: number;
  /** Time stands at its beginning, and moves only by `moveTo`, until it is let go: a world is being put together, or an earlier run of it repeated. */
  readonly held?: boolean;
  /** Told before timers fire, and before every step, up to when time goes now: whoever keeps that can repeat it. */
  readonly advancing?: (to: number) => void;
}

/** What clocks of several processes share, so that they show one time, and a process that starts again shows it as well. */
export interface Anchor {
  /** Virtual milliseconds a real one. */
  readonly pace: number;
  /** The instant at which virtual and real wall time are one, in milliseconds since the epoch. */
  readonly from: number;
}

/** Virtual wall time of those who share the anchor, when it is really `now`; both in milliseconds since the epoch. */
export function wallTime({ pace, from }: Anchor, now: number): number {
  return from + (now - from) * pace;
}

/** One advance of time, and what comes in at its end. */
interface Move {
  readonly to: number;
  /** Told even if no timer fires. */
  readonly step: boolean;
  readonly what?: () => void;
}

/** A clock that agrees with all others of the anchor about what time it is. */
export function anchoredClock(beneath: Clock, anchor: Anchor): PacedClock {
  return new PacedClock({ beneath, pace: anchor.pace, origin: wallTime(anchor, beneath.now()) });
}

export class PacedClock implements Clock {
  private readonly timers = new TimerHeap();
  private began: number;
  private pace: number;
  private readonly origin: number;
  private order = 0;
  /** Virtual milliseconds up to which all timers have fired. */
  private reached = 0;
  /** Virtual milliseconds that did not pass by themselves: those that were stepped over, and those of an earlier run. */
  private stepped = 0;
  /** Advances under way; they follow each other. */
  private underWay = 0;
  private turn: Promise<void> = Promise.resolve();
  private alarm: { readonly at: number; readonly cancel: Cancel } | undefined;
  private closed = false;

  constructor(private readonly settings: PacedClockSettings) {
    this.began = settings.beneath.monotonic();
    this.pace = settings.held === true ? 0 : settings.pace;
    this.origin = settings.origin ?? settings.beneath.now();
  }

  now(): number {
    return this.origin + this.monotonic();
  }

  /** Never past a timer that has still to fire. */
  monotonic(): number {
    if (this.underWay > 0) return this.reached;
    const next = this.timers.next();
    return Math.max(this.reached, Math.min(this.goal(), next?.at ?? Infinity));
  }

  after(ms: number, callback: () => void): Cancel {
    const timer: Timer = { at: this.monotonic() + Math.max(0, ms), order: this.order++, callback, over: false };
    if (this.closed) return () => undefined;
    this.timers.push(timer);
    this.setAlarm();
    return () => this.timers.cancel(timer);
  }

  /** Moves time forward by `ms` at once. Resolves when every timer that fell due by then has fired. */
  step(ms: number): Promise<void> {
    // The moment now is taken before the goal moves.
    this.reached = this.monotonic();
    this.stepped += Math.max(0, ms);
    return this.advance({ to: this.goal(), step: true });
  }

  /**
   * Lets something come in from outside: at this moment, when what falls due until now has happened, and after all that came in before. What
   * follows from it at once is done before anything else happens. Time stands meanwhile, so that the same at the same moment gives the same.
   */
  occur(what: () => void): Promise<void> {
    return this.advance({ to: this.goal(), step: false, what });
  }

  /** Of a clock that is held: time goes to `at`, and `what` happens then, as `occur` and the passing of time did it once. */
  moveTo(at: number, what?: () => void): Promise<void> {
    this.stepped = Math.max(this.stepped, at);
    return this.advance({ to: this.stepped, step: what === undefined, ...(what === undefined ? {} : { what }) });
  }

  /** Of a clock that is held: from now on time goes on by itself, as if it had been `at` when `beneath` showed `since` on its monotonic scale. */
  letGo(at: number, since: number): void {
    this.began = since;
    this.stepped = at;
    this.pace = this.settings.pace;
    this.setAlarm();
  }

  /** No timer fires any more, and none keeps the process alive. */
  close(): void {
    this.closed = true;
    this.alarm?.cancel();
    this.alarm = undefined;
  }

  /** Where virtual time would be if every timer took no time. */
  private goal(): number {
    return (this.settings.beneath.monotonic() - this.began) * this.pace + this.stepped;
  }

  private advance(move: Move): Promise<void> {
    this.underWay += 1;
    this.alarm?.cancel();
    this.alarm = undefined;
    this.turn = this.turn.then(async () => {
      await this.fireUntil(move);
      if (move.what !== undefined && !this.closed) {
        move.what();
        await nextTurn();
      }
      this.underWay -= 1;
      this.setAlarm();
    });
    return this.turn;
  }

  private async fireUntil({ to: goal, step }: Move): Promise<void> {
    await nextTurn();
    if (!this.closed && (step || (this.timers.next()?.at ?? Infinity) <= goal)) this.settings.advancing?.(goal);
    for (let next = this.timers.next(); !this.closed && next !== undefined && next.at <= goal; next = this.timers.next()) {
      this.reached = Math.max(this.reached, next.at);
      this.timers.pop();
      next.callback();
      await nextTurn();
    }
    this.reached = Math.max(this.reached, goal);
  }

  /** Asks to be woken when the next timer falls due. */
  private setAlarm(): void {
    const next = this.timers.next();
    if (this.closed || this.underWay > 0 || next === undefined || this.pace === 0) return;
    if (this.alarm !== undefined && this.alarm.at <= next.at) return;
    this.alarm?.cancel();
    const wait = Math.min(LONGEST_WAIT, Math.max(0, (next.at - this.goal()) / this.pace));
    const cancel = this.settings.beneath.after(wait, () => {
      this.reached = this.monotonic();
      void this.advance({ to: this.goal(), step: false });
    });
    this.alarm = { at: next.at, cancel };
  }
}
