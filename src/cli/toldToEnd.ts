// How a process that serves is told to end: by SIGTERM or SIGINT, and where its parent asked for that, by the end of its standard input. A parent that dies
// cannot send a signal any more, but the pipe it held ends with it, however it died.
import { Option } from 'commander';
import { Socket } from 'node:net';

export type EndOrder = 'SIGTERM' | 'SIGINT' | 'end of stdin';

/** The flag, and its environment variable for those that have one. */
export function endWithStdinOption(variable?: string): Option {
  const option = new Option(
    '--end-with-stdin',
    'end when standard input ends as well, so as not to outlive the parent that holds it',
  );
  return variable === undefined ? option : option.env(variable);
}

/** Resolves with the first order to end. Later signals of the same kind end the process at once, as they do by default. */
export function toldToEnd(withStdin: boolean): Promise<EndOrder> {
  return new Promise((resolve) => {
    process.once('SIGTERM', resolve);
    process.once('SIGINT', resolve);
    if (!withStdin) return;
    const end = (): void => resolve('end of stdin');
    process.stdin.once('end', end).once('error', end).resume();
    // Listening for the parent's end is no reason to stay alive.
    if (process.stdin instanceof Socket) process.stdin.unref();
  });
}
