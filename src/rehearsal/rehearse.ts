// A rehearsal from beginning to end: one run, or with `controller-crashes:at=every` one run and one more per crash point, compared with the first.
import type { Log, LogFields } from '../foundation/log';
import { crashEverywhere } from './crashEverywhere';
import type { Prepared } from './prepare';
import type { RehearsalReport } from './report';
import { performRun, type RunOptions } from './run';

export interface RehearseOptions extends Pick<RunOptions, 'onLine' | 'dialect' | 'log' | 'onObject'> {
  /** Told a line for each event the controller logs; takes the place of `log`. */
  readonly trace?: (line: string) => void;
}

export async function rehearse(prepared: Prepared, options: RehearseOptions = {}): Promise<RehearsalReport> {
  const { trace, ...rest } = options;
  const log = trace === undefined ? {} : { log: tracer(trace) };
  const dieAt = typeof prepared.crashAt === 'number' ? { dieAt: [prepared.crashAt] } : {};
  const run = await performRun(prepared, { ...rest, ...log, ...dieAt });
  return prepared.crashAt === 'every' ? crashEverywhere(prepared, run) : run.report;
}

/** A log that writes a line for each event. */
export function tracer(write: (line: string) => void): (controller: string) => Log {
  return (controller) => {
    const line =
      (level: string) =>
      (event: string, fields: LogFields = {}) =>
        write(
          [controller, level, event, ...Object.entries(fields).map(([key, value]) => `${key}=${JSON.stringify(value)}`)].join(
            ' ',
          ),
        );
    return { debug: line('debug'), info: line('info'), warn: line('warn'), error: line('error') };
  };
}
