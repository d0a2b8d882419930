// grub.cfg, the menu of a machine that starts in UEFI mode, on the ISO and inside the EFI boot image: reads it, and writes one that starts the installer at once
// with what it is told. All that stands outside of the menu entries stays (video, modules, `search`); one entry is left.
import { kernelWords } from '../../arguments/kernelLine';
import { notUnderstood } from '../mediaError';
import { type GrubEntry, type GrubScript, parseGrub, unquoted, wordsOf } from './grubSyntax';
import { refuseCutOff, type Rewriter } from './rewriter';

/** Xen's own line, by the protocol the vendor chose. `xen_hypervisor` and `xen_module`: XenServer 9. */
const LOADER = /^(multiboot2?|xen_hypervisor)$/;
const MODULE = /^(module2?|xen_module)$/;

interface Line {
  readonly words: readonly string[];
  readonly text: string;
}

/**
 * @returns undefined for a file without entries that only hands on to another one
 * @throws MediaError when no entry starts the installer as the vendor's do
 */
export function readGrub(text: string, where: string): Rewriter | undefined {
  const script = parseGrub(text.replace(/\r\n/g, '\n'), where);
  if (script.entries.length === 0 && script.around.some(({ text: line }) => /^(configfile|source)\s/.test(line)))
    return undefined;
  const entry = chosen(script, where);
  const lines = linesOf(entry, where);
  const at = kernelAt(lines);
  const kernel = lines[at]!;
  const path = pathAt(kernel);
  const xen = lines.find(({ words }) => LOADER.test(words[0]!))!;
  return {
    entry: entry.title,
    vendor: { xen: behindPath(xen).map(unquoted), kernel: behindPath(kernel).map(unquoted) },
    rewrite: (ours) => {
      const words = kernelWords(behindPath(kernel), ours);
      refuseCutOff(words);
      const line = [...kernel.words.slice(0, path + 1), ...words.map(quotedIfNeeded(ours))].join(' ');
      const body = lines.map(({ text: original }, index) => (index === at ? line : original));
      const around = script.around.filter(({ choice }) => !choice).map(({ text: kept }) => kept);
      // Said last, they hold, whatever lines under a condition have set; the timeout also hides the menu.
      return `${[...around, entry.header, ...body, '}', 'set default=0', 'set timeout=0'].join('\n')}\n`;
    },
  };
}

/** Flags of the command come before the file's path. */
const pathAt = ({ words }: Line): number => words.findIndex((word, index) => index > 0 && !word.startsWith('--'));
const behindPath = (line: Line): readonly string[] => line.words.slice(pathAt(line) + 1);

/** What the vendor wrote is quoted as it must be; ours is where it holds a character that the script language reads. */
function quotedIfNeeded(ours: readonly string[]): (word: string) => string {
  return (word) => (!ours.includes(word) || /^[A-Za-z0-9_=:.,/@%+-]+$/.test(word) ? word : `'${word}'`);
}

/** The entry that starts by itself, or where that one starts no installer the first that does. */
function chosen(script: GrubScript, where: string): GrubEntry {
  const { entries } = script;
  const wanted = defaultOf(script);
  const byDefault = entries.find(({ title }, index) => title === wanted || String(index) === wanted);
  const entry = [...(byDefault === undefined ? [] : [byDefault]), ...entries].find((candidate) => startsXen(candidate, where));
  if (entry === undefined) {
    throw notUnderstood(
      where,
      `${entries.length} menu entries, none of which loads Xen, vmlinuz and install.img`,
      "the vendor's grub.cfg (multiboot2, module2, module2)",
    );
  }
  return entry;
}

function defaultOf({ around }: GrubScript): string {
  const set = around.map(({ text }) => /^(?:set\s+)?default=(.*)$/.exec(text)?.[1]).filter((value) => value !== undefined);
  return unquoted(set.at(-1) ?? '0').trim();
}

function startsXen(entry: GrubEntry, where: string): boolean {
  if (entry.kind !== 'menuentry') return false;
  const lines = linesOf(entry, where);
  return lines.some(({ words }) => LOADER.test(words[0]!)) && kernelAt(lines) >= 0;
}

/** The one module that is a Linux kernel, with the initial RAM disk after it. */
function kernelAt(lines: readonly Line[]): number {
  const modules = lines.map(({ words }, index) => ({ words, index })).filter(({ words }) => MODULE.test(words[0]!));
  const kernels = modules.filter(({ words }) => words.slice(1).some(isKernel));
  return kernels.length === 1 && modules.at(-1) !== kernels[0] ? kernels[0]!.index : -1;
}

const isKernel = (word: string): boolean => /(^|\/)vmlinuz[^/=]*$/.test(unquoted(word));

function linesOf({ body, title }: GrubEntry, where: string): readonly Line[] {
  if (/\\\n/.test(body))
    throw notUnderstood(`${where}, entry "${title}"`, 'a line that goes on in the next one', 'one line a command');
  return body
    .split('\n')
    .map((line) => ({ words: wordsOf(line, where), text: line.trim() }))
    .filter(({ words }) => words.length > 0);
}
