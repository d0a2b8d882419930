// A plan for a ticket, as Markdown of the common kind. What people typed as names cannot become mark-up.
import type { Block, Item, Page, Section } from './page';
import { plainly } from './words';

export function printMarkdown({ title, gist, sections }: Page): string {
  const lines = [
    `# ${[title.label, title.text]
      .filter((text) => text !== undefined)
      .map(escaped)
      .join(' ')}`,
    ...gist.flatMap((line) => ['', escaped(line)]),
    ...sections.flatMap(sectionLines),
  ];
  return `${lines.join('\n')}\n`;
}

function sectionLines({ title, blocks }: Section): readonly string[] {
  return ['', `## ${escaped(title)}`, ...blocks.flatMap((block) => ['', ...blockLines(block)])];
}

function blockLines(block: Block): readonly string[] {
  switch (block.kind) {
    case 'paragraph':
      return [escaped(block.text)];
    case 'commands':
      return fenced(block.lines.map(plainly));
    case 'list':
      return block.items.flatMap((item) => itemLines(item, ''));
  }
}

function itemLines({ label, text, under = [] }: Item, indent: string): readonly string[] {
  const strong = label === undefined ? '' : `**${escaped(label)}** `;
  return [`${indent}- ${strong}${escaped(text)}`, ...under.flatMap((one) => itemLines(one, `${indent}  `))];
}

/** The fence is longer than any within. */
function fenced(lines: readonly string[]): readonly string[] {
  const longest = Math.max(2, ...lines.flatMap((line) => [...line.matchAll(/`+/g)].map(([ticks]) => ticks.length)));
  const fence = '`'.repeat(longest + 1);
  return [`${fence}sh`, ...lines, fence];
}

/** Underscores within words are left alone: no Markdown of today takes them for emphasis, and codes are full of them. */
export function escaped(text: string): string {
  return plainly(text)
    .replace(/[\\`*[\]<>|~&]/g, (mark) => `\\${mark}`)
    .replace(/(?<![A-Za-z0-9])_|_(?![A-Za-z0-9])/g, '\\_')
    .replace(/^[#+-]/, (mark) => `\\${mark}`)
    .replace(/^(\d+)([.)])/, '$1\\$2');
}
