// isolinux.cfg, the menu of a machine that starts in BIOS mode: reads it, and writes one that starts the installer at once with what it is told. One label is
// left, the one that starts by itself in the vendor's, so that the result is shorter than what it takes the place of.
import { kernelWords } from '../../arguments/kernelLine';
import { MediaError, notUnderstood } from '../mediaError';
import { refuseCutOff, type Rewriter } from './rewriter';

interface Label {
  readonly name: string;
  readonly lines: readonly string[];
  readonly byDefault: boolean;
}

interface Parsed {
  readonly before: readonly string[];
  readonly labels: readonly Label[];
}

const SEPARATOR = '---';
/** isolinux 4 reads command lines of this length at most (`max_cmd_len`). */
const LONGEST_APPEND = 2047;

/** @throws MediaError when no label starts the installer as the vendor's do */
export function readIsolinux(text: string, where: string): Rewriter {
  const parsed = parse(text);
  const label = chosen(parsed, where);
  const modules = modulesOf(label, where);
  const [xen, kernel, ...rest] = modules;
  if (kernel === undefined || rest.length === 0 || !/(^|\/)vmlinuz[^/]*$/.test(kernel[0] ?? '')) {
    throw notUnderstood(
      `${where}, label ${label.name}`,
      `APPEND ${modules.map((words) => words[0] ?? '').join(' --- ')}`,
      '… --- …/vmlinuz … --- …/install.img',
    );
  }
  // The serial line is the vendor's choice of where a person sees it, and must come first.
  const serial = parsed.before.filter((line) => keyword(line) === 'serial');
  const loader = label.lines.find((line) => isLoader(line))!;
  return {
    entry: label.name,
    vendor: { xen: xen!.slice(1), kernel: kernel.slice(1) },
    rewrite: (ours) => {
      const words = kernelWords(kernel.slice(1), ours);
      refuseCutOff(words);
      const append = [xen!, [kernel[0]!, ...words], ...rest].map((module) => module.join(' ')).join(` ${SEPARATOR} `);
      if (append.length > LONGEST_APPEND) {
        throw new MediaError(
          'NoRoom',
          `${where}: the line of label ${label.name} has ${append.length} bytes, and isolinux takes ${LONGEST_APPEND}; give a shorter spec.boot.serverURLs.hosts`,
        );
      }
      // Neither Shift nor Scroll Lock stops it: nobody is there.
      const head = [...serial, `DEFAULT ${label.name}`, 'PROMPT 0', 'NOESCAPE 1', `LABEL ${label.name}`];
      return `${[...head, loader, `APPEND ${append}`].join('\n')}\n`;
    },
  };
}

const keyword = (line: string): string => (line.split(/\s/, 1)[0] ?? '').toLowerCase();
const rest = (line: string): string => line.slice(keyword(line).length).trim();

function parse(text: string): Parsed {
  const before: string[] = [];
  const labels: { name: string; lines: string[]; byDefault: boolean }[] = [];
  for (const raw of text.split(/\r\n|\n|\r/)) {
    const line = raw.trim();
    if (line === '' || line.startsWith('#')) continue;
    const last = labels.at(-1);
    if (keyword(line) === 'label') labels.push({ name: rest(line), lines: [], byDefault: false });
    else if (last === undefined || keyword(line) === 'default') before.push(line);
    else if (/^menu\s+default$/i.test(line)) last.byDefault = true;
    else last.lines.push(line);
  }
  return { before, labels };
}

/** The one that starts by itself; where a menu program is named there, the one that the menu has selected, and where that starts no installer, the first that does. */
function chosen({ before, labels }: Parsed, where: string): Label {
  const named = before
    .filter((line) => keyword(line) === 'default')
    .map(rest)
    .at(-1);
  const first = labels.find(({ name }) => name === named) ?? labels.find(({ byDefault }) => byDefault);
  const label = [...(first === undefined ? [] : [first]), ...labels].find(startsXen);
  if (label === undefined) {
    throw notUnderstood(
      where,
      `${labels.length} labels, none with KERNEL mboot.c32 and an APPEND with ${SEPARATOR}`,
      "the vendor's isolinux.cfg",
    );
  }
  if (!/^[\x21-\x7e]+$/.test(label.name)) throw notUnderstood(where, `the label "${label.name}"`, 'one word');
  return label;
}

const isLoader = (line: string): boolean => /^(kernel|com32)\s+(\S*\/)?mboot\.c32$/i.test(line);
const appendOf = ({ lines }: Label): string | undefined => lines.find((line) => keyword(line) === 'append');
const startsXen = (label: Label): boolean =>
  label.lines.some(isLoader) && (appendOf(label) ?? '').split(/\s+/).includes(SEPARATOR);

function modulesOf(label: Label, where: string): readonly (readonly string[])[] {
  const words = rest(appendOf(label) ?? '').split(/\s+/);
  const modules: string[][] = [[]];
  for (const word of words) {
    if (word === SEPARATOR) modules.push([]);
    else modules.at(-1)!.push(word);
  }
  if (modules.some((module) => module.length === 0))
    throw notUnderstood(`${where}, label ${label.name}`, `nothing between two ${SEPARATOR}`, 'a file');
  return modules;
}
