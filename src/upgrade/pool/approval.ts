// Approvals: whether what a gate asks for was given, and what to say while it was not. An approval names the plan by its hash, so it is worth nothing for another.
import { type Decision, type Memory, type Situation, wait } from '../decision';

/** The wait for an approval; undefined once it is there. @param approval what it must say: `<plan hash>`, or `<plan hash>/<host>` */
export function unapproved(
  { orders, state }: Pick<Situation, 'orders' | 'state'>,
  approval: string,
  of: string,
): Decision | undefined {
  if (orders.approvals.includes(approval)) return undefined;
  const remedy = `approve ${of} with \`xenpool approve\`, with the annotation xenpool.dev/approve: ${approval}, or under spec.gates.approvals`;
  const hash = state.plan?.hash ?? '';
  const plans = orders.approvals.map((given) => given.split('/')[0]!);
  const other = plans.includes(hash) ? undefined : plans.at(-1);
  if (other === undefined) return wait('ApprovalMissing', remedy);
  return wait('ApprovalForAnotherPlan', `approved is plan ${cut(other)}, and the plan is ${hash}; read it, then ${remedy}`);
}

/** Who asks later what was approved finds it in the status. */
export function approved(approval: string): Memory {
  return (state) => ({ ...state, handled: { ...state.handled, approve: approval } });
}

/** An annotation may hold anything. */
function cut(text: string): string {
  return text.length <= 64 ? text : `${text.slice(0, 64)}…`;
}
