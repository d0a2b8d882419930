// What a plan looks like before anybody knows whether it is read in a terminal or in a ticket: sections of paragraphs, lists and commands.

export type Tone = 'good' | 'bad' | 'doubtful' | 'quiet';

export interface Item {
  /** Stands before the text and is made to stand out; e.g. `Block`, `1.`. */
  readonly label?: string;
  readonly tone?: Tone;
  readonly text: string;
  readonly under?: readonly Item[];
}

export type Block =
  | { readonly kind: 'paragraph'; readonly text: string }
  | { readonly kind: 'list'; readonly items: readonly Item[] }
  /** To be copied as they are, one a line. */
  | { readonly kind: 'commands'; readonly lines: readonly string[] };

export interface Section {
  readonly title: string;
  readonly blocks: readonly Block[];
}

export interface Page {
  readonly title: Item;
  /** The plan in a few lines. */
  readonly gist: readonly string[];
  readonly sections: readonly Section[];
}

export const list = (items: readonly Item[]): readonly Block[] => (items.length === 0 ? [] : [{ kind: 'list', items }]);

export const sentences = (lines: readonly string[]): readonly Block[] => list(lines.map((text) => ({ text })));

/** Nothing where there is nothing to say. */
export function section(title: string, ...blocks: readonly (readonly Block[])[]): readonly Section[] {
  const said = blocks.flat();
  return said.length === 0 ? [] : [{ title, blocks: said }];
}
