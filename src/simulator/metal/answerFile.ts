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
}

/** Reads an answer file. Never throws; source of the rules: xenserver.md 5.1, 5.2. */
export function readAnswerFile(text: string): AnswerFile {
  const reverts = /<script\s[^>]*stage="installation-start"[^>]*>[^<]*revert-bootloader/.test(text);
  return { intent: intentOf(text), reverts };
}

function intentOf(text: string): Intent {
  const names: string[] = [];
  let mode: string | undefined;
  const parser = sax.parser(true);
  parser.onopentag = (tag): void => {
    if (names.length === 0) mode = tag.attributes['mode'] as string | undefined;
    names.push(tag.name);
  };
  parser.onerror = (error): never => {
    throw error;
  };
  try {
    parser.write(text).close();
  } catch (error) {
    return { kind: 'unusable', why: `the answer file is not XML: ${error instanceof Error ? error.message : String(error)}` };
  }
  return intentOfElements(names, mode);
}

function intentOfElements(names: readonly string[], mode: string | undefined): Intent {
  const root = names[0];
  if (root === 'restore') return { kind: 'restore' };
  if (root !== 'installation') return { kind: 'unusable', why: `the root of the answer file is ${root ?? 'missing'}` };
  if (mode === undefined || mode === 'fresh' || mode === 'reinstall') return { kind: 'wipe' };
  if (mode !== 'upgrade') return { kind: 'unusable', why: `unknown mode ${mode}` };
  if (names.filter((name) => name === 'existing-installation').length !== 1) {
    return { kind: 'unusable', why: 'an upgrade needs exactly one existing-installation' };
  }
  return names.includes('source') ? { kind: 'upgrade' } : { kind: 'unusable', why: 'an upgrade needs a source' };
}
