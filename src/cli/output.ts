// Where a command writes to, and whom it asks. Commands get it handed in, so that a test reads exactly what a user would see, and a pipe and a terminal differ in one flag.
import { createInterface } from 'node:readline';
import type { Terminal } from '../demo/screen';
import type { Surface } from '../demo/table';

export interface Output {
  /** The result, and nothing else. */
  readonly out: (text: string) => void;
  /** Everything that is said beside the result. */
  readonly err: (text: string) => void;
  /** Whether stdout is a terminal that wants colours. */
  readonly colour: boolean;
  /** Asks the person at the terminal for one line; undefined at its end. Absent where nobody is there to answer. */
  readonly ask?: (question: string) => Promise<string | undefined>;
  /** Stdout, where it is a terminal on which something can be drawn. */
  readonly terminal?: Terminal;
  /** Draws what is under way over what was drawn before, on stderr where that is a terminal; '' leaves nothing there. */
  readonly progress?: (text: string) => void;
}

/** The process's own streams; `NO_COLOR` (https://no-color.org) is heeded. */
export function processOutput(): Output {
  const { stdout, stderr, env } = process;
  const dumb = env['TERM'] === 'dumb';
  const colour = stdout.isTTY && (env['NO_COLOR'] ?? '') === '';
  const out = (text: string): void => void stdout.write(text);
  const surface = (): Surface => ({ columns: stdout.columns || 80, rows: stdout.rows || 24, colour });
  const draws = stdout.isTTY && !dumb;
  return {
    out,
    err: (text) => void stderr.write(text),
    colour,
    ...(process.stdin.isTTY ? { ask } : {}),
    ...(draws ? { terminal: { write: out, surface } } : {}),
    ...(stderr.isTTY && !dumb ? { progress: (text: string) => void stderr.write(`\r\u001b[K${text}`) } : {}),
  };
}

/** The question goes to stderr, because stdout is for the result. */
function ask(question: string): Promise<string | undefined> {
  const lines = createInterface({ input: process.stdin, output: process.stderr });
  return new Promise((resolve) => {
    lines.once('close', () => resolve(undefined));
    lines.question(question, (answer) => {
      resolve(answer);
      lines.close();
    });
  });
}
