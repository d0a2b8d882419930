// The world's own books. They hear every event, look at what is really so, and judge the invariants of the design, one judge an invariant. They share
// no code with the planner and the heart, and believe the controller nothing: a verdict that both come to by the same mistake would be worth nothing.
import { answerFiles } from './answerFiles';
import { backupFirst } from './backupFirst';
import type { Bench, EndReport, InvariantId, Judge, JudgedWorld, Outside, Verdict, Violation } from './court';
import { destructiveEffects } from './destructiveEffects';
import type { DestructiveEffect } from './destructiveEffects';
import { emptyHosts } from './emptyHosts';
import { failedMaster } from './failedMaster';
import { guestsServed } from './guestsServed';
import { identities } from './identities';
import { masterFirst } from './masterFirst';
import { memberRetries } from './memberRetries';
import { putBack } from './putBack';
import { settingsKept } from './settingsKept';
import { versionOrder } from './versionOrder';

export type { EndReport, Outside, Verdict, Violation } from './court';
export type { DestructiveEffect } from './destructiveEffects';

export interface Books {
  /** The run has ended or halted and says this of itself. Call once, with the world as it is then. */
  judgeEnd(report: EndReport): void;
  verdict(): Verdict;
  /** What was done that cannot be taken back, in order. */
  destructiveEffects(): readonly DestructiveEffect[];
}

/** Opens the books. What the world is now is what "before" means. */
export function createBooks(world: JudgedWorld, outside: Outside): Books {
  const counts = new Map<InvariantId, number>();
  const violated: Violation[] = [];

  /** The same complaint again and again is one. */
  function complain(id: InvariantId, detail: string): void {
    if (violated.some((other) => other.id === id && other.detail === detail)) return;
    violated.push({ id, at: world.clock.monotonic() / 1000, detail });
  }

  function bench(id: InvariantId): Bench {
    counts.set(id, 0);
    return {
      world,
      outside,
      judged: () => void counts.set(id, (counts.get(id) ?? 0) + 1),
      violated: (detail) => complain(id, detail),
    };
  }

  const ledger = destructiveEffects(bench('I11'));
  const judges: readonly Judge[] = [
    emptyHosts(bench('I1')),
    masterFirst(bench('I2')),
    answerFiles(bench('I3')),
    failedMaster(bench('I4')),
    memberRetries(bench('I5')),
    guestsServed(bench('I6')),
    versionOrder(bench('I7')),
    backupFirst(bench('I8')),
    putBack(bench('I9')),
    settingsKept(bench('I10')),
    ledger,
    // Where there is no BMC, there is nothing to judge.
    ...((world.bmcs?.size ?? 0) > 0 ? [identities(bench('I14'))] : []),
  ];
  world.bus.on((event) => {
    for (const judge of judges) judge.on(event);
  });
  return {
    judgeEnd(report): void {
      for (const judge of judges) judge.end(report);
    },
    verdict: () => ({
      checked: judges.map(({ id }) => ({ id, judged: counts.get(id) ?? 0 })),
      violated: [...violated],
    }),
    destructiveEffects: () => ledger.list(),
  };
}
