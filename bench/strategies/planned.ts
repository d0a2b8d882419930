// Our own plan, played by the same rules as the strategies of others: what the planner says of itself does not count.
import type { PassInput } from '../../src/plan/pass/passInput';
import { planPass } from '../../src/plan/pass/planPass';
import type { Migrations } from '../../src/plan/pass/pass';
import type { Ledger } from './ledger';

/** @returns what the plan says of its own migrations */
export function playPlan(ledger: Ledger, input: PassInput): Migrations {
  const pass = planPass(input);
  for (const turn of pass.turns) {
    ledger.disable(turn.host);
    for (const { guest, to } of turn.moves) ledger.move(guest, to);
    for (const { guest } of turn.stops) ledger.stop(guest);
    ledger.pass(turn.host);
    for (const { guest, on } of turn.starts) ledger.start(guest, on);
    for (const { guest, to } of turn.returns) ledger.move(guest, to);
  }
  ledger.close();
  return pass.migrations;
}
