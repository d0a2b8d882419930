// How long a watch lasts and when its bookmarks are due: it ends when its watcher leaves or its time is up, and tells once a minute how far it has come.
import { type Cancel, type Clock, deadline } from '../foundation/clock';
import type { WatchOptions } from '../kubernetes/api';

/** Milliseconds between bookmarks. */
const BOOKMARK_EVERY = 60_000;

export interface WatchSpan {
  /** Aborts when the watch is over. */
  readonly signal: AbortSignal;
  /** True once for each bookmark that is to be sent. */
  takeBookmark(): boolean;
  /** Waits by `wait`, whose signal also aborts when a bookmark falls due. */
  untilNews(wait: (signal: AbortSignal) => Promise<void>): Promise<void>;
  dispose(): void;
}

export function spanOf(clock: Clock, { timeoutSeconds, bookmarks = false }: WatchOptions, parent: AbortSignal): WatchSpan {
  const end = timeoutSeconds === undefined ? undefined : deadline(clock, timeoutSeconds * 1_000, parent);
  const signal = end?.signal ?? parent;
  let due = false;
  let wake: () => void = () => undefined;
  let cancel: Cancel = () => undefined;
  const setNext = (): void => {
    cancel = clock.after(BOOKMARK_EVERY, () => {
      due = true;
      wake();
      setNext();
    });
  };
  if (bookmarks) setNext();
  return {
    signal,
    takeBookmark: () => {
      const taken = due;
      due = false;
      return taken;
    },
    untilNews: async (wait) => {
      const over = new AbortController();
      wake = () => over.abort();
      signal.addEventListener('abort', wake, { once: true });
      if (due || signal.aborted) over.abort();
      await wait(over.signal);
      signal.removeEventListener('abort', wake);
    },
    dispose: () => {
      cancel();
      end?.dispose();
    },
  };
}
