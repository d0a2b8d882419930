// Reads a report back, as a renderer of Markdown would: sections by their headings, tables as rows of texts.

export interface Section {
  readonly title: string;
  /** Every table of the section, header first. */
  readonly tables: readonly (readonly (readonly string[])[])[];
  readonly lines: readonly string[];
}

export function readMarkdown(text: string): ReadonlyMap<string, Section> {
  const parts = text.split(/^#{1,2} /m).slice(1);
  return new Map(
    parts.map((part) => {
      const [title = '', ...lines] = part.split('\n');
      return [unescape(title), { title: unescape(title), tables: tablesOf(lines), lines }];
    }),
  );
}

function tablesOf(lines: readonly string[]): Section['tables'] {
  const tables: (readonly string[])[][] = [];
  let open = false;
  for (const line of lines) {
    if (!line.startsWith('|')) {
      open = false;
      continue;
    }
    if (!open) tables.push([]);
    open = true;
    if (!/^\|( --- \|)+$/.test(line)) tables.at(-1)!.push(cells(line));
  }
  return tables;
}

/** Parted at bars that no backslash escapes. */
function cells(line: string): readonly string[] {
  const inner = line.replace(/^\| /, '').replace(/ \|$/, '');
  return inner.split(/ (?<!\\)\| /).map(unescape);
}

function unescape(text: string): string {
  return text.replace(/\\(.)/g, '$1').replace(/&lt;/g, '<').replace(/&amp;/g, '&');
}
