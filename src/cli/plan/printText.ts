// A plan in a terminal: never wider than a hundred columns, so that it also survives being pasted into a mail.
import type { Block, Item, Page, Section, Tone } from './page';
import { plainly } from './words';

export const WIDTH = 100;

/** @param colour whether stdout is a terminal that wants colours */
export function printText({ title, gist, sections }: Page, colour: boolean): string {
  const paint = colour ? inColour : (text: string): string => text;
  const lines = [
    ...item(title, '', '', paint),
    ...gist.flatMap((line) => wrap(plainly(line), '')),
    ...sections.flatMap((one) => ['', ...sectionLines(one, paint)]),
  ];
  return `${lines.join('\n')}\n`;
}

type Paint = (text: string, tone: Tone | 'strong') => string;

const CODES: Readonly<Record<Tone | 'strong', string>> = { good: '32;1', bad: '31;1', doubtful: '33;1', quiet: '2', strong: '1' };

function inColour(text: string, tone: Tone | 'strong'): string {
  return `\u001b[${CODES[tone]}m${text}\u001b[0m`;
}

function sectionLines({ title, blocks }: Section, paint: Paint): readonly string[] {
  return [
    ...wrap(plainly(title), '').map((line) => paint(line, 'strong')),
    ...blocks.flatMap((block) => blockLines(block, paint)),
  ];
}

function blockLines(block: Block, paint: Paint): readonly string[] {
  switch (block.kind) {
    case 'paragraph':
      return wrap(plainly(block.text), '  ');
    case 'commands':
      // Not wrapped: a command that is broken in two cannot be copied.
      return block.lines.map((line) => `    ${plainly(line)}`);
    case 'list':
      return block.items.flatMap((one) => item(one, '  ', '- ', paint));
  }
}

/** An item's label takes the place of its bullet. */
function item({ label, tone, text, under = [] }: Item, indent: string, bullet: string, paint: Paint): readonly string[] {
  const mark = label === undefined ? bullet : `${plainly(label)} `;
  const painted = label === undefined ? bullet : `${paint(plainly(label), tone ?? 'strong')} `;
  const hanging = indent + ' '.repeat(bullet === '' ? 0 : Math.min(mark.length, 4));
  const [first = '', ...rest] = wrap(plainly(text), hanging, indent.length + mark.length);
  const whole = label === undefined && tone !== undefined ? paint(first.trimStart(), tone) : first.trimStart();
  return [`${indent}${painted}${whole}`, ...rest, ...under.flatMap((one) => item(one, hanging, '- ', paint))];
}

/**
 * Lines of at most {@link WIDTH} columns, broken between words where there are any.
 * @param used columns of the first line that are taken by something else; default: the indent
 */
export function wrap(text: string, indent: string, used = indent.length): readonly string[] {
  const lines: string[] = [];
  let line = ' '.repeat(used);
  let empty = true;
  const close = (): void => {
    lines.push(line);
    [line, empty] = [indent, true];
  };
  for (const word of text.split(' ').flatMap((one) => pieces(one, WIDTH - indent.length))) {
    if (width(line) + (empty ? 0 : 1) + width(word) > WIDTH && !(empty && lines.length > 0)) close();
    line += `${empty ? '' : ' '}${word}`;
    empty = false;
  }
  return [...lines, line];
}

/** A word that no line can hold is cut. */
function pieces(word: string, most: number): readonly string[] {
  const characters = [...word];
  if (characters.length <= most) return [word];
  return Array.from({ length: Math.ceil(characters.length / most) }, (_, index) =>
    characters.slice(index * most, (index + 1) * most).join(''),
  );
}

function width(text: string): number {
  return [...text].length;
}
