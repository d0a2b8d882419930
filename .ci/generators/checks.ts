// docs/checks.md: the table of the checks, from the checks themselves, so that nobody reads of one that is not run or of a remedy that is not given.
import { allChecks } from '../../src/plan/checks/registry';
import type { Check, CheckMoment } from '../../src/plan/checks/check';
import type { Generator } from './generator';

const MOMENTS: Readonly<Record<CheckMoment, string>> = {
  Planning: 'before anything is touched',
  Prepared: 'once HA and workload balancing are off',
  BeforeHost: 'before each host',
};

const INTRODUCTION = `# Checks

Generated from \`src/plan/checks\` by \`npm run generate\`; do not edit.

All checks that concern a hop are run, and all that they find is told at once: in \`status.checks\`, in the condition \`ChecksPassed\`, and, when something
stands in the way, in the message of the refusal, whose reason is the first check that holds the run up. A verdict is \`Pass\`, \`Warn\`, \`Block\` or
\`Unknown\`. \`Block\` holds the run up, and so does \`Unknown\`, which is the word of a check that could block and cannot tell; a check that could only warn
warns instead. Before anything is touched the run is then Refused; later, between two hosts, it waits. It goes on by itself within a minute after the cause is
gone, or at once when the object is annotated with \`xenpool.dev/retry\`.

A fix is run only where \`spec.consent.fixes\` names the check. What undoes it is written down before it is sent, and is done, in reverse order, when the run
succeeds, fails, halts or is cancelled; what cannot be undone is listed under \`status.debts\`. High availability, workload balancing and automatic power-on
are put aside and put back without consent.
`;

export const checks: Generator = {
  name: 'checks',
  generate: () => ({ files: [{ path: 'docs/checks.md', text: document() }] }),
};

function document(): string {
  const fixable = allChecks.filter(({ fix }) => fix !== undefined);
  return [
    INTRODUCTION,
    '## All checks',
    '',
    table(
      ['check', 'what holds when it passes', 'releases and boot methods', 'asked', 'remedy', 'source'],
      allChecks.map((check) => [code(check.id), check.title, check.range, moments(check), check.remedy, check.source]),
    ),
    '',
    '## Fixes',
    '',
    table(
      ['check', 'what the fix does', 'how it is undone'],
      fixable.map(({ id, fix }) => [code(id), fix!.does, fix!.undoes]),
    ),
    '',
  ].join('\n');
}

function moments({ moments: asked }: Check): string {
  return asked.map((moment) => MOMENTS[moment]).join('; ');
}

const code = (text: string): string => `\`${text}\``;

function table(head: readonly string[], rows: readonly (readonly string[])[]): string {
  const line = (cells: readonly string[]): string => `| ${cells.map((cell) => cell.replaceAll('|', '\\|')).join(' | ')} |`;
  return [line(head), `|${'---|'.repeat(head.length)}`, ...rows.map(line)].join('\n');
}
