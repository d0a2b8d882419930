// How `rehearse` and `demo` end: one report on stdout, as JSON or for people, and its exit code. A flag that is not understood and a defect of ours end
// the same way, because whoever reads the JSON must be able to rely on finding it.
import { exitCode, notBegun, type RehearsalReport } from '../rehearsal/report';
import type { Output } from './output';
import { printReport } from './printReport';

/** @returns the exit code */
export function sayReport(output: Output, format: string, report: RehearsalReport): number {
  output.out(format === 'json' ? `${JSON.stringify(report, undefined, 2)}\n` : printReport(report, output.colour));
  return exitCode(report);
}

/** @param argv a command line that could not be parsed as a whole */
export type SayFlaw = (
  output: Output,
  argv: readonly string[],
  flaw: { readonly flag: string } | { readonly error: unknown },
) => number;

export const sayFlaw: SayFlaw = (output, argv, flaw) =>
  sayReport(output, formatIn(argv), 'flag' in flaw ? badFlag(flaw.flag) : defect(flaw.error));

/** What `--output` asks for in arguments that could not be parsed as a whole. */
export function formatIn(argv: readonly string[]): 'text' | 'json' {
  return argv.some((word, index) => word === '--output=json' || (word === '--output' && argv[index + 1] === 'json'))
    ? 'json'
    : 'text';
}

export function badFlag(message: string): RehearsalReport {
  return notBegun('Invalid', 'BadFlag', message);
}

/** An error nobody expected: told whole, with its stack, because it is ours to mend. */
export function defect(error: unknown): RehearsalReport {
  const message = error instanceof Error ? (error.stack ?? error.message) : String(error);
  return { ...notBegun('Invalid', 'Defect', message), outcome: 'Failed' };
}
