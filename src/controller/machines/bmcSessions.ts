// Which sessions are open at which BMCs, and which were left there: kept where a successor finds them, so that it can end what a process that was killed could not. Of
// a session its URI is kept, which opens nothing; never its token.
import type { SessionBook, SessionBooks } from '../../bmc/sessionBook';
import type { Clock } from '../../foundation/clock';
import type { Log } from '../../foundation/log';
import { hours, iso, millis } from '../../upgrade/time';
import { type KeptSession, readKept, writeKept } from './keptSessions';

export interface BmcSessionsParts {
  readonly clock: Clock;
  readonly log: Log;
  /** Keeps the text durably; undefined: there is nothing to keep. @throws ClaimLost; KubeError when the cluster does not answer */
  readonly write: (text: string | undefined) => Promise<void>;
}

/** No BMC keeps an idle session for longer: the standard allows a day. */
const LONGEST = hours(24);
/** Longer than any that were seen; others are not kept. */
const LONGEST_URI = 256;

export class BmcSessions implements SessionBooks {
  /** In the order in which they came; what was left is older than what is open. */
  private left: readonly KeptSession[] = [];
  private open: readonly KeptSession[] = [];
  private last: Promise<void> = Promise.resolve();
  private waiting: Promise<void> | undefined;

  constructor(private readonly parts: BmcSessionsParts) {}

  /** @param text what was kept when the claim was taken: all but our own is left there by somebody */
  inherit(text: string | undefined): void {
    const { clock, log } = this.parts;
    const { sessions, wrong } = readKept(text);
    if (wrong !== undefined) log.warn('kept sessions of BMCs not read', { error: wrong });
    const since = iso(clock.now());
    const others = sessions.filter((one) => !this.open.some((own) => isSame(own, one)));
    this.left = others.map((one) => ({ left: since, ...one }));
  }

  at(bmc: string): SessionBook {
    return {
      opened: (session) => this.opened({ bmc, session }),
      ended: (session) => this.ended({ bmc, session }),
      leave: (session, why) => this.leave({ bmc, session }, why),
      left: () => this.still().flatMap((one) => (one.bmc === bmc ? [one.session] : [])),
    };
  }

  /** Resolves when nothing is on its way to where it is kept. */
  async settled(): Promise<void> {
    // Whoever waits for it hears what goes wrong there.
    while (this.waiting !== undefined) await this.waiting.catch(() => undefined);
    await this.last.catch(() => undefined);
  }

  private async opened(session: KeptSession): Promise<void> {
    if (session.session.length > LONGEST_URI) {
      const { log } = this.parts;
      log.warn('session of a BMC not kept: its URI is too long', { bmc: session.bmc, characters: session.session.length });
      return;
    }
    // Numbers begin anew when a BMC restarts: what was left there is gone then.
    this.left = without(this.left, session);
    this.open = [...without(this.open, session), session];
    await this.keep();
  }

  private ended(session: KeptSession): void {
    this.left = without(this.left, session);
    this.open = without(this.open, session);
    // What stays on the list by mistake is looked for in vain, and forgotten then.
    this.keep().catch((error: unknown) => this.note('end of a session at a BMC not kept', session, error));
  }

  /** It is kept already; as what, only we know. */
  private leave(session: KeptSession, why: Error | undefined): void {
    const known = this.left.find((one) => isSame(one, session));
    this.open = without(this.open, session);
    this.left = [...without(this.left, session), known ?? { ...session, left: iso(this.parts.clock.now()) }];
    if (why !== undefined) this.note('session at a BMC not ended', session, why);
  }

  private still(): readonly KeptSession[] {
    const now = this.parts.clock.now();
    return this.left.filter(({ left }) => now - (millis(left) ?? now) < LONGEST);
  }

  /** Resolves when all that is known now is kept. A write that waits for its turn takes along what comes meanwhile. */
  private keep(): Promise<void> {
    if (this.waiting !== undefined) return this.waiting;
    const turn = this.last
      .catch(() => undefined)
      .then(() => {
        this.waiting = undefined;
        return this.parts.write(writeKept([...this.still(), ...this.open]));
      });
    this.waiting = turn;
    this.last = turn;
    return turn;
  }

  /** Without its URI, as BMCs would have it. */
  private note(what: string, { bmc }: KeptSession, error: unknown): void {
    this.parts.log.info(what, { bmc, error: error instanceof Error ? error.message : String(error) });
  }
}

function isSame(one: KeptSession, other: KeptSession): boolean {
  return one.bmc === other.bmc && one.session === other.session;
}

function without(list: readonly KeptSession[], session: KeptSession): readonly KeptSession[] {
  return list.filter((one) => !isSame(one, session));
}
