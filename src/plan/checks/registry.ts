// Every check there is, and how they are run: all that matter to the situation, all at once, none held back because another found something first.
import type { Check, CheckResult, CheckSituation, CheckVerdict, Finding } from './check';
import { bootChecks } from './bootChecks';
import { hazardChecks } from './hazardChecks';
import { xencenterChecks } from './xencenterChecks';

/** In the order in which they are reported: the first that holds the run up gives the refusal its reason. */
export const allChecks: readonly Check[] = [...xencenterChecks, ...bootChecks, ...hazardChecks];

/** Checks whose fix may be consented to, by id. */
export const fixableChecks: readonly string[] = allChecks.filter(({ fix }) => fix !== undefined).map(({ id }) => id);

const SEVERITY: readonly CheckVerdict[] = ['Pass', 'Warn', 'Unknown', 'Block'];

/** The worst there is; Pass of none. */
export function worstVerdict(verdicts: readonly CheckVerdict[]): CheckVerdict {
  return verdicts.reduce((worst, one) => (SEVERITY.indexOf(one) > SEVERITY.indexOf(worst) ? one : worst), 'Pass');
}

/** Every check of the moment that applies, with what it found. */
export function runChecks(situation: CheckSituation, checks: readonly Check[] = allChecks): readonly CheckResult[] {
  return checks.filter((check) => isAsked(check, situation)).map((check) => runCheck(check, situation));
}

function isAsked(check: Check, situation: CheckSituation): boolean {
  return check.moments.includes(situation.moment) && check.applies(situation);
}

function runCheck(check: Check, situation: CheckSituation): CheckResult {
  const found = check.judge(situation);
  const fixable = found.length > 0 && (check.fix?.steps(situation).length ?? 0) > 0;
  const fixing = fixable && situation.orders.consent.fixes.includes(check.id);
  const findings = fixable && !fixing ? found.map((finding) => withConsentNamed(check, finding)) : found;
  const { id, title, source } = check;
  return { id, title, source, verdict: worstVerdict(found.map(({ verdict }) => verdict)), findings, fixing };
}

/** Who reads the remedy is told of the other way too. */
function withConsentNamed({ id, fix }: Check, finding: Finding): Finding {
  return { ...finding, remedy: `${finding.remedy}; or name ${id} in spec.consent.fixes to have it done (${fix!.does})` };
}

/** Whether nothing may begin while it stands so. */
export function holdsUp({ verdict, fixing }: CheckResult): boolean {
  return !fixing && (verdict === 'Block' || verdict === 'Unknown');
}
