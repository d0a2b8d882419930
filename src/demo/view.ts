// How a demo is shown while it goes on: a table on a terminal, a story in a pipe, or nothing at all. All keep the story, which is part of the report.
import { modelOf } from './model';
import { Screen, type Terminal } from './screen';
import type { Sight } from './sight';
import { type StoryLine, Storyteller } from './storyteller';
import { tableOf } from './table';

export interface View {
  hear(sight: Sight): void;
  /** Something about the processes. */
  say(words: string): void;
  readonly story: readonly StoryLine[];
  /** Leaves the output as it found it. May be called twice. */
  close(): void;
}

/** @param write told each line; nothing for whoever wants only the report */
export function storyView(write: (line: string) => void, colour: boolean): View {
  const teller = new Storyteller(write, colour);
  return {
    hear: (sight) => teller.hear(sight),
    say: (words) => teller.say(words),
    story: teller.lines,
    close: () => teller.flush(),
  };
}

export function tableView(terminal: Terminal): View {
  const teller = new Storyteller(() => undefined, false);
  const screen = new Screen(terminal);
  return {
    hear(sight): void {
      teller.hear(sight);
      screen.draw((surface) => tableOf(modelOf(sight), surface));
    },
    say(words): void {
      teller.say(words);
      screen.tell(words);
    },
    story: teller.lines,
    close(): void {
      teller.flush();
      screen.close();
    },
  };
}
