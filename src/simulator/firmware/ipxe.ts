// As much of iPXE's script language as boot servers speak: settings, `||`, labels, and the commands that load and boot.

export interface IpxeParts {
  /** What `${…}` stands for, by its name. */
  readonly settings: Readonly<Record<string, string>>;
  /** A whole script. @returns undefined for one that is not to be had */
  readonly fetch: (url: string) => Promise<Buffer | undefined>;
  /** The beginning of a file that is loaded. @returns undefined for one that is not to be had */
  readonly fetchHead: (url: string) => Promise<Buffer | undefined>;
}

export type IpxeOutcome =
  /** The firmware goes on to the next device. */
  | { readonly kind: 'exit' }
  | { readonly kind: 'sanboot'; readonly url: string }
  | { readonly kind: 'boot'; readonly words: readonly string[]; readonly files: readonly Buffer[] };

interface Loaded {
  words: readonly string[] | undefined;
  readonly files: Buffer[];
}

/** What a command came to: it went well or not, the script goes on elsewhere, or it is over. */
type Step = 'done' | 'failed' | { readonly goto: string } | { readonly chain: string } | { readonly over: IpxeOutcome };

/** A script that goes around in a circle is given up. */
const MOST_STEPS = 200;
const EXIT: IpxeOutcome = { kind: 'exit' };

/** Fetches the script and does what it says. @throws what fetching throws */
export async function runIpxe(url: string, parts: IpxeParts): Promise<IpxeOutcome> {
  const loaded: Loaded = { words: undefined, files: [] };
  let script = await scriptAt(url, parts);
  let base = url;
  for (let at = 0, steps = 0; script !== undefined && at < script.length && steps < MOST_STEPS; steps++) {
    const step = await runLine(script[at]!, { ...parts, base, loaded });
    if (typeof step === 'object' && 'over' in step) return step.over;
    if (step === 'failed') return EXIT;
    if (step === 'done') at += 1;
    else if ('goto' in step) at = afterLabel(script, step.goto);
    else [script, base, at] = [await scriptAt(step.chain, parts), step.chain, 0];
  }
  return EXIT;
}

/** The end of the script for a label that is not there. */
function afterLabel(script: readonly string[], label: string): number {
  const at = script.indexOf(`:${label}`);
  return at < 0 ? script.length : at + 1;
}

async function scriptAt(url: string, { fetch, settings }: IpxeParts): Promise<readonly string[] | undefined> {
  const text = (await fetch(url))?.toString('utf8');
  if (text?.startsWith('#!ipxe') !== true) return undefined;
  const expanded = text.replaceAll(/\$\{([^}]*)\}/g, (_, name: string) => settings[name] ?? '');
  return expanded.split('\n').map((line) => line.trim());
}

interface Running extends IpxeParts {
  /** URL of the script. */
  readonly base: string;
  readonly loaded: Loaded;
}

/** Alternatives are tried until one goes well. */
async function runLine(line: string, running: Running): Promise<Step> {
  for (const command of line.split('||').map((one) => one.trim())) {
    const step = await runCommand(command.split(/\s+/), running);
    if (step !== 'failed') return step;
  }
  return 'failed';
}

type Command = (words: readonly string[], running: Running) => Step | Promise<Step>;

const COMMANDS: Readonly<Record<string, Command>> = {
  echo: () => 'done',
  dhcp: () => 'done',
  ifopen: () => 'done',
  exit: () => ({ over: EXIT }),
  goto: ([label = '']) => ({ goto: label }),
  chain: ([url = ''], { base }) => ({ chain: new URL(url, base).href }),
  sanboot: ([url = '']) => ({ over: /^https?:/.test(url) ? { kind: 'sanboot', url } : EXIT }),
  kernel: load,
  module: load,
  initrd: load,
  boot: (_, { loaded: { words, files } }) => (words === undefined ? 'failed' : { over: { kind: 'boot', words, files } }),
};

function runCommand([command = '', ...given]: readonly string[], running: Running): Step | Promise<Step> {
  if (command === '' || /^[#:]/.test(command)) return 'done';
  const known = Object.hasOwn(COMMANDS, command) ? COMMANDS[command] : undefined;
  const words = given.filter((word, index) => index > 0 || !word.startsWith('--'));
  return known === undefined ? 'failed' : known(words, running);
}

async function load([file = '', ...words]: readonly string[], { fetchHead, base, loaded }: Running): Promise<Step> {
  const content = await fetchHead(new URL(file, base).href);
  if (content === undefined) return 'failed';
  loaded.files.push(content);
  if (/(^|\/)vmlinuz[^/]*$/.test(file)) loaded.words = words;
  return 'done';
}
