// How the installer reads its answer file: what the root asks for decides over a host's settings and disks, and `fresh` is the default.
import sax from 'sax';

export type Intent =
  | { readonly kind: 'upgrade' }
  /** `fresh`, no mode at all, or `reinstall`: pool membership and XAPI database are lost. */
  | { readonly kind: 'wipe' }
  | { readonly kind: 'restore' }
  /** Not a whole answer file, or one that lacks what its mode demands: the installer stops before it touches anything. */
  | { readonly kind: 'unusable'; readonly why: string };

export interface AnswerFile {
  readonly intent: Intent;
  /** Runs the staging plugin's revert script at `installation-start`, even when the rest cannot be used. */
  readonly reverts: boolean;
  /** URLs of the scripts that lie on a server. */
  readonly scripts: Readonly<Partial<Record<ScriptStage, string>>>;
  /** Tree to install from; undefined: the medium itself. */
  readonly source: string | undefined;
}

export type ScriptStage = 'installation-start' | 'installation-complete';

interface Element {
  readonly name: string;
  readonly attributes: Readonly<Record<string, string>>;
  text: string;
}

/** Reads an answer file. Never throws; source of the rules: xenserver.md 5.1, 5.2. */
export function readAnswerFile(text: string): AnswerFile {
  const reverts = /<script\s[^>]*stage="installation-start"[^>]*>[^<]*revert-bootloader/.test(text);
  const elements: Element[] = [];
  const trouble = read(text, elements);
  const intent: Intent = trouble === undefined ? intentOf(elements) : { kind: 'unusable', why: trouble };
  return { intent, reverts, scripts: scriptsOf(elements), source: sourceOf(elements) };
}

/** @param elements gets all that were read, in their order. @returns why it is no XML */
function read(text: string, elements: Element[]): string | undefined {
  const parser = sax.parser(true);
  const open: Element[] = [];
  parser.onopentag = ({ name, attributes }): void => {
    const element = { name, attributes: attributes as Readonly<Record<string, string>>, text: '' };
    elements.push(element);
    open.push(element);
  };
  parser.ontext = (piece): void => {
    const last = open.at(-1);
    if (last !== undefined) last.text += piece;
  };
  parser.onclosetag = (): void => void open.pop();
  parser.onerror = (error): never => {
    throw error;
  };
  try {
    parser.write(text).close();
    return undefined;
  } catch (error) {
    return `the answer file is not XML: ${error instanceof Error ? error.message : String(error)}`;
  }
}

function intentOf(elements: readonly Element[]): Intent {
  const [root] = elements;
  switch (root?.name) {
    case 'restore':
      return { kind: 'restore' };
    case 'installation':
      return intentOfMode(root.attributes['mode'] ?? 'fresh', elements);
    default:
      return { kind: 'unusable', why: `the root of the answer file is ${root?.name ?? 'missing'}` };
  }
}

function intentOfMode(mode: string, elements: readonly Element[]): Intent {
  if (mode === 'fresh' || mode === 'reinstall') return { kind: 'wipe' };
  if (mode !== 'upgrade') return { kind: 'unusable', why: `unknown mode ${mode}` };
  const count = (wanted: string): number => elements.filter(({ name }) => name === wanted).length;
  if (count('existing-installation') !== 1)
    return { kind: 'unusable', why: 'an upgrade needs exactly one existing-installation' };
  return count('source') > 0 ? { kind: 'upgrade' } : { kind: 'unusable', why: 'an upgrade needs a source' };
}

const SERVED = /^https?:\/\//;

function scriptsOf(elements: readonly Element[]): AnswerFile['scripts'] {
  const served = elements.filter(({ name, text }) => name === 'script' && SERVED.test(text.trim()));
  return Object.fromEntries(served.map(({ attributes, text }) => [attributes['stage'] ?? '', text.trim()]));
}

function sourceOf(elements: readonly Element[]): string | undefined {
  const source = elements.find(({ name, attributes }) => name === 'source' && attributes['type'] !== 'local');
  return source?.text.trim();
}
