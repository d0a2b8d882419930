// The checks of a plan, the worst first: what was found, what to do about it, and where the rule stands.
import type { PlanDocument } from '../../plan/document';
import type { CheckResult, CheckVerdict, Finding } from '../../plan/checks/check';
import { type Names, namesOf } from './passItems';
import type { Item, Tone } from './page';
import { countWords, groupBy, nameWords } from './words';

type Bad = Finding['verdict'];

const ORDER: readonly Bad[] = ['Block', 'Unknown', 'Warn'];
const TONES: Readonly<Record<Bad, Tone>> = { Block: 'bad', Unknown: 'doubtful', Warn: 'doubtful' };

export function checkItems(checks: readonly CheckResult[]): readonly Item[] {
  const bad = ORDER.flatMap((verdict) => checks.flatMap((check) => findingItems(check, verdict)));
  const passed = checks.filter(({ verdict }) => verdict === 'Pass').map(({ id }) => id);
  const good: Item = { label: 'Pass', tone: 'good', text: `${countWords(passed.length, 'check')}: ${nameWords(passed)}` };
  return [...bad, ...(passed.length === 0 ? [] : [good])];
}

/** Findings of one check that call for the same remedy stand under one title. */
function findingItems(check: CheckResult, verdict: Bad): readonly Item[] {
  const found = check.findings.filter((finding) => finding.verdict === verdict);
  // A verdict without a finding is still one.
  if (found.length === 0 && check.verdict === verdict && check.findings.length === 0)
    return [{ label: verdict, tone: TONES[verdict], text: titleOf(check), under: ruleItems(check) }];
  return groupBy(found, ({ remedy }) => remedy).map((group) => ({
    label: verdict,
    tone: TONES[verdict],
    text: titleOf(check),
    under: [
      ...group.map((finding) => ({ text: `${finding.message}${objectWords(finding)}` })),
      ...remedyItems(group[0]!, check),
      ...ruleItems(check),
    ],
  }));
}

function titleOf({ id, title }: CheckResult): string {
  return `${title} [${id}]`;
}

/** Objects that the sentence does not name. */
function objectWords({ message, objects }: Finding): string {
  const unnamed = objects.filter(({ name, uuid }) => name === '' || (!message.includes(name) && !message.includes(uuid)));
  if (unnamed.length === 0) return '';
  const kinds = groupBy(unnamed, ({ kind }) => kind);
  return ` (${kinds.map((group) => `${group[0]!.kind} ${nameWords(group.map(({ name, uuid }) => (name === '' ? uuid : name)))}`).join('; ')})`;
}

function remedyItems({ remedy }: Finding, { fixing }: CheckResult): readonly Item[] {
  const fix = fixing ? [{ text: 'the operator mends it before the upgrade and puts it back afterwards, as consented' }] : [];
  return [...(remedy === '' ? [] : [{ label: 'Remedy:', text: remedy }]), ...fix];
}

function ruleItems({ source }: CheckResult): readonly Item[] {
  return [{ label: 'Rule:', text: source }];
}

/** VMs that keep a host from being emptied. */
export function blockedItems(document: PlanDocument | null): readonly Item[] {
  if (document === null) return [];
  const names: Names = namesOf(document);
  return document.hops.flatMap(({ pass }) =>
    pass.blocked.map(({ guest, host, why }) => ({
      label: 'Block',
      tone: 'bad' as const,
      text: `${names.guest(guest)} keeps ${names.host(host)} from being emptied: ${why.text} (${why.code})`,
    })),
  );
}

export function countOf(checks: readonly CheckResult[], verdict: CheckVerdict): number {
  return checks.filter((check) => check.verdict === verdict).length;
}
