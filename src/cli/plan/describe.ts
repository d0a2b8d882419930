// A plan as people read it: what is done and why it may be, how long it takes, what stands in the way, and what to do next.
import type { HopPlan, PlanDocument } from '../../plan/document';
import type { Span } from '../../plan/estimate';
import { migrationsIn } from '../../plan/migrations';
import { printRelease } from '../../plan/release';
import { blockedItems, checkItems, countOf } from './checkItems';
import { nextBlocks } from './next';
import { type Block, type Item, list, type Page, type Section, section, sentences, type Tone } from './page';
import { type Names, namesOf, passItems } from './passItems';
import type { PathStep, PlanReport } from './report';
import { timeItems } from './timeItems';
import { countWords, naming, spanWords } from './words';

export function describePlan(report: PlanReport): Page {
  const { plan } = report;
  return {
    title: titleOf(report),
    gist: [...report.message.split('\n').slice(outcomeLine(report)), ...(plan === null ? [] : gistOf(report, plan))],
    sections: [
      ...section('Path', list(report.path.map(pathItem))),
      ...(plan === null ? orderSection(report) : plan.hops.flatMap((hop, index) => passSection(plan, hop, index))),
      ...section('Checks', list([...blockedItems(plan), ...checkItems(report.checks)])),
      ...(plan === null ? [] : durationSections(plan)),
      ...section('What will differ afterwards', sentences(plan?.afterwards ?? [])),
      ...section('Why it is not the plan of before', sentences(plan?.changed ?? [])),
      ...section('Warnings', sentences(warningsOf(report))),
      ...section('What this rests on', sentences(report.notes)),
      ...section('Next', nextBlocks(report)),
    ],
  };
}

/** Those that no check tells already. */
function warningsOf({ warnings, checks }: PlanReport): readonly string[] {
  const told = new Set(checks.flatMap(({ findings }) => findings.map(({ message }) => message)));
  return warnings.filter((warning) => !told.has(warning));
}

const TONES: Readonly<Record<PlanReport['outcome'], Tone>> = {
  Planned: 'good',
  Blocked: 'bad',
  Refused: 'bad',
  Invalid: 'bad',
  Failed: 'bad',
};

/** A plan that stands is told by itself, whatever the message says; else the first line of the message is the title. */
function outcomeLine({ outcome, message }: PlanReport): number {
  return outcome === 'Planned' ? message.split('\n').length : 1;
}

function titleOf({ outcome, reason, message, hash, pool }: PlanReport): Item {
  const tone = TONES[outcome];
  if (outcome === 'Planned')
    return {
      label: 'Planned',
      tone,
      text: `as ${hash ?? 'nothing'}${pool === null ? '' : `: pool ${naming([pool])(pool.uuid)}`}`,
    };
  return { label: reason === '' ? `${outcome}:` : `${outcome} (${reason}):`, tone, text: message.split('\n')[0]! };
}

function gistOf({ checks, path }: PlanReport, plan: PlanDocument): readonly string[] {
  const first = path[0];
  const last = path[path.length - 1];
  const running = plan.guests.filter(({ powerState }) => powerState === 'Running').length;
  const way = first === undefined || last === undefined ? '' : `${printRelease(first.from)} to ${printRelease(last.to)}: `;
  const hops = plan.hops.length > 1 ? ` in ${plan.hops.length} hops` : '';
  const stops = new Set(plan.hops.flatMap(({ pass }) => pass.turns.flatMap((turn) => turn.stops.map(({ guest }) => guest)))).size;
  const warned = ['Block', 'Unknown', 'Warn'] as const;
  const counts = warned.map((verdict) => [verdict, countOf(checks, verdict)] as const).filter(([, count]) => count > 0);
  return [
    `${way}${countWords(plan.hosts.length, 'host')} with ${countWords(running, 'running VM')}${hops}${inTime(plan.total)}.`,
    `${migrationWords(plan.hops)} ${stops === 0 ? 'No VM stops.' : `${countWords(stops, 'VM')} ${stops === 1 ? 'stops' : 'stop'} on the way.`}`,
    ...(counts.length === 0 ? [] : [`Checks: ${counts.map(([verdict, count]) => `${count} ${verdict}`).join(', ')}.`]),
  ];
}

/** Nothing where nobody estimated. */
function inTime(total: Span): string {
  return total.most === 0 ? '' : `, in ${spanWords(total)}`;
}

function migrationWords(hops: readonly HopPlan[]): string {
  const { planned, minimum, proven, gap } = migrationsIn(hops);
  const moves = countWords(planned, 'migration');
  if (planned === 0) return 'Nothing migrates.';
  if (!proven) return `${moves}, at most ${gap} more than the fewest possible.`;
  return planned === minimum
    ? `${moves}, proven to be the fewest possible in this order of hosts.`
    : `${moves}; the fewest possible in this order of hosts are ${minimum}, proven.`;
}

function pathItem({ from, to, legal, source }: PathStep): Item {
  const words = { documented: 'documented by the vendor', accepted: 'accepted by the installer, documented by nobody' };
  const why = legal === null ? '' : `: ${words[legal]}`;
  return { text: `${printRelease(from)} to ${printRelease(to)}${why}${source === null ? '' : ` (${source})`}` };
}

/** What is known of the order where there is no whole plan. */
function orderSection({ order }: PlanReport): readonly Section[] {
  const nameOf = naming(order);
  const items = order.map(({ uuid, role, bootMethod }, index) => ({
    label: `${index + 1}.`,
    text: `${nameOf(uuid)}, ${role}, boot method ${bootMethod}`,
  }));
  return section('Order of hosts', list(items));
}

function passSection(plan: PlanDocument, hop: HopPlan, index: number): readonly Section[] {
  const which = plan.hops.length > 1 ? ` ${index + 1} of ${plan.hops.length}` : '';
  const title = `Pass${which}: ${printRelease(hop.from)} to ${printRelease(hop.to)}`;
  return section(title, list(passItems(plan, hop, namesOf(plan))), migrationBlocks(hop));
}

function migrationBlocks({ pass: { migrations, downtime } }: HopPlan): readonly Block[] {
  const { planned, minimum, bound, proven, gap } = migrations;
  const certain = proven ? `${minimum}, proven` : `${minimum}, not proven: the plan has at most ${gap} more than need be`;
  const text = `Migrations: ${planned} planned; the fewest possible: ${certain}; no plan can have fewer than ${bound}.`;
  return [{ kind: 'paragraph', text }, ...downtimeBlocks(downtime)];
}

function downtimeBlocks(downtime: HopPlan['pass']['downtime']): readonly Block[] {
  if (downtime === undefined || downtime.chosen === 0) return [];
  const { chosen, fewest, proven } = downtime;
  const least = proven ? 'no plan stops fewer' : `no plan stops fewer than ${fewest}`;
  const text = `${countWords(chosen, 'VM')} that could migrate ${chosen === 1 ? 'stops' : 'stop'}, because nothing else empties the host; ${least}.`;
  return [{ kind: 'paragraph', text }];
}

function durationSections(plan: PlanDocument): readonly Section[] {
  const names: Names = namesOf(plan);
  const several = plan.hops.length > 1;
  const hops = plan.hops.flatMap((hop): readonly Item[] => {
    const items = timeItems(hop, names);
    return several && items.length > 0 ? [{ text: `${printRelease(hop.from)} to ${printRelease(hop.to)}`, under: items }] : items;
  });
  const mixed = plan.hops.map((hop) => {
    const which = several ? ` on the way to ${printRelease(hop.to)}` : '';
    const time = hop.mixed.most === 0 ? '' : ` for ${spanWords(hop.mixed)}`;
    return { text: `hosts have different releases${which}${time}` };
  });
  const under = plan.refusedWhileMixed.map((text) => ({ text }));
  const refused = under.length === 0 ? [] : [{ text: 'the pool refuses meanwhile:', under }];
  return [
    ...section(
      'How long it takes',
      plan.total.most === 0 ? [] : [{ kind: 'paragraph', text: `In all ${spanWords(plan.total)}.` }],
      list(hops),
    ),
    ...section('While hosts differ', list(plan.hosts.length < 2 ? [] : [...mixed, ...refused])),
  ];
}
