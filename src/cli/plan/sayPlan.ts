// How `plan` ends: one report on stdout and its exit code, also where flags are not understood or the program itself is at fault.
import type { Output } from '../output';
import { describePlan } from './describe';
import type { Format } from './flags';
import { printMarkdown } from './printMarkdown';
import { printText } from './printText';
import { badFlag, defect, exitCode, type PlanReport } from './report';

/** @returns the exit code */
export function sayPlan(output: Output, format: Format, report: PlanReport): number {
  const texts: Readonly<Record<Format, () => string>> = {
    json: () => `${JSON.stringify(report, undefined, 2)}\n`,
    markdown: () => printMarkdown(describePlan(report)),
    text: () => printText(describePlan(report), output.colour),
  };
  output.out(texts[format]());
  return exitCode(report);
}

/** @param argv a command line that could not be parsed as a whole */
export function sayPlanFlaw(
  output: Output,
  argv: readonly string[],
  flaw: { readonly flag: string } | { readonly error: unknown },
): number {
  return sayPlan(output, formatIn(argv), 'flag' in flaw ? badFlag(flaw.flag) : defect(flaw.error));
}

function formatIn(argv: readonly string[]): Format {
  const asked = (format: Format): boolean =>
    argv.some((word, index) => word === `--output=${format}` || (word === '--output' && argv[index + 1] === format));
  return asked('json') ? 'json' : asked('markdown') ? 'markdown' : 'text';
}
