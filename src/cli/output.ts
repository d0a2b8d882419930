// Where a command writes to. Commands get it handed in, so that a test reads exactly what a user would see, and a pipe and a terminal differ in one flag.

export interface Output {
  /** The result, and nothing else. */
  readonly out: (text: string) => void;
  /** Everything that is said beside the result. */
  readonly err: (text: string) => void;
  /** Whether stdout is a terminal that wants colours. */
  readonly colour: boolean;
}

/** The process's own streams; `NO_COLOR` (https://no-color.org) is heeded. */
export function processOutput(): Output {
  return {
    out: (text) => void process.stdout.write(text),
    err: (text) => void process.stderr.write(text),
    colour: process.stdout.isTTY && (process.env['NO_COLOR'] ?? '') === '',
  };
}
