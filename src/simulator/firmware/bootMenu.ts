// What the boot loaders of an installation medium make of their menus: which entry starts by itself, and with which words it starts the installer's kernel.

export interface MenuEntry {
  /** Path or URL of the kernel. */
  readonly kernel: string;
  /** What stands behind it on its line. */
  readonly words: readonly string[];
  /** All files that are loaded, in order, the kernel among them. */
  readonly files: readonly string[];
}

const KERNEL = /(^|\/)vmlinuz[^/]*$/;

/** One module of a multiboot line: its file, and its words. */
type Module = readonly string[];

function entryOf(modules: readonly Module[]): MenuEntry | undefined {
  const kernel = modules.find(([file = '']) => KERNEL.test(file));
  if (kernel === undefined) return undefined;
  return { kernel: kernel[0]!, words: kernel.slice(1), files: modules.map(([file = '']) => file) };
}

interface Label {
  readonly name: string;
  readonly append: string;
  readonly chosen: boolean;
}

/** isolinux and pxelinux. @returns undefined when what starts by itself is no installer */
export function readSyslinux(text: string): MenuEntry | undefined {
  const [head = '', ...parts] = text.replaceAll('\r', '').split(/^[ \t]*label[ \t]+/im);
  const labels = parts.map(labelOf);
  const wanted = /^[ \t]*default[ \t]+(\S+)/im.exec(head)?.[1];
  const label = labels.find(({ name }) => name === wanted) ?? labels.find(({ chosen }) => chosen) ?? labels[0];
  return label === undefined ? undefined : entryOf(label.append.split(/\s+---\s+/).map((module) => module.split(/\s+/)));
}

/** @param text from its name on */
function labelOf(text: string): Label {
  return {
    name: /^\S*/.exec(text)![0],
    append: /^[ \t]*append[ \t]+(.*?)[ \t]*$/im.exec(text)?.[1] ?? '',
    chosen: /^[ \t]*menu default[ \t]*$/im.test(text),
  };
}

const ENTRY = /menuentry\s+(?:"([^"]*)"|'([^']*)')[^{]*\{([\s\S]*?)\n\s*\}/g;
const LOADS = /^(multiboot2?|module2?|xen_hypervisor|xen_module)$/;

/** GRUB. @returns undefined when what starts by itself is no installer */
export function readGrub(text: string): MenuEntry | undefined {
  const entries = [...text.matchAll(ENTRY)].map(([, double, single, body]) => ({ title: double ?? single, body: body! }));
  const wanted = [...text.matchAll(/^\s*(?:set\s+)?default=["']?([^"'\n]*)["']?\s*$/gm)].at(-1)?.[1] ?? '0';
  const entry = entries.find(({ title }, index) => title === wanted || String(index) === wanted) ?? entries[0];
  if (entry === undefined) return undefined;
  const commands = entry.body.split('\n').map(shellWords);
  const modules = commands.filter(([command = '']) => LOADS.test(command));
  return entryOf(modules.map((words) => words.slice(1).filter((word, index) => index > 0 || !word.startsWith('--'))));
}

/** As GRUB splits a line: quotes hold words together and are gone then, `;` and `#` outside of them end the command. */
export function shellWords(line: string): readonly string[] {
  const words: string[] = [];
  for (const [piece] of line.matchAll(/;|(?:'[^']*'|"[^"]*"|\\.|[^\s'"\\;])+/g)) {
    if (piece === ';' || piece.startsWith('#')) break;
    words.push(
      piece.replace(
        /'([^']*)'|"([^"]*)"|\\(.)/g,
        (_, single?: string, double?: string, escaped?: string) => single ?? double ?? escaped ?? '',
      ),
    );
  }
  return words;
}
