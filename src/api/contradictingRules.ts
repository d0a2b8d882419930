// Rules for single VMs that disagree. The first that matches counts, so an exception may stand before what it is an exception from; but what an earlier rule
// names in full, a later one cannot decide otherwise.
import type { PoolUpgradeSpec } from './generated/poolUpgrade';
import { type Finding, shown } from './problem';

type Rule = NonNullable<PoolUpgradeSpec['vms']['rules']>[number];
type Kind = 'tags' | 'names' | 'uuids';

const KINDS: readonly Kind[] = ['tags', 'names', 'uuids'];

export function contradictingRules({ vms }: PoolUpgradeSpec): readonly Finding[] {
  const rules = vms.rules ?? [];
  return rules.flatMap((rule, index) => {
    const earlier = rules.slice(0, index).flatMap((one, at) => (agree(one, rule) ? [] : [{ rule: one, at }]));
    return alone(rule) === undefined ? sameMatch(rule, index, earlier) : sameEntry(rule, index, earlier);
  });
}

interface Earlier {
  readonly rule: Rule;
  readonly at: number;
}

function agree(one: Rule, other: Rule): boolean {
  return one.action === other.action && one.return === other.return;
}

/** Of a rule that matches by one list alone, that list: whatever stands in it is decided. */
function alone({ match }: Rule): Kind | undefined {
  const given = KINDS.filter((kind) => match[kind] !== undefined);
  return given.length === 1 ? given[0] : undefined;
}

function sameEntry(rule: Rule, index: number, earlier: readonly Earlier[]): readonly Finding[] {
  const kind = alone(rule)!;
  return (rule.match[kind] ?? []).flatMap((entry, place) => {
    const first = earlier.find((one) => alone(one.rule) === kind && (one.rule.match[kind] ?? []).includes(entry));
    const path = ['spec', 'vms', 'rules', index, 'match', kind, place];
    return first === undefined ? [] : [{ path, found: `${shown(entry)} again`, expected: otherwise(first, rule) }];
  });
}

function sameMatch(rule: Rule, index: number, earlier: readonly Earlier[]): readonly Finding[] {
  const first = earlier.find((one) => printed(one.rule) === printed(rule));
  const path = ['spec', 'vms', 'rules', index, 'match'];
  return first === undefined ? [] : [{ path, found: 'the same VMs again', expected: otherwise(first, rule) }];
}

function printed({ match }: Rule): string {
  return JSON.stringify(KINDS.map((kind) => [...(match[kind] ?? [])].sort()));
}

function otherwise({ rule, at }: Earlier, later: Rule): string {
  return `one rule for them: rules[${at}] says ${said(rule)}, this one ${said(later)}, and only the first would count`;
}

function said({ action, return: back }: Rule): string {
  const parts = [action === undefined ? undefined : `action ${action}`, back === undefined ? undefined : `return ${back}`];
  return parts.filter((part) => part !== undefined).join(' and ');
}
