// What can be wrong with installation media, in one class. A message says what was found, what was expected and what to do.

/**
 * - `NotUnderstood`: bytes that are no ISO 9660, FAT or boot configuration as the vendor makes them; nothing is guessed.
 * - `Truncated`: it ends before something that it says it holds.
 * - `TooLarge`: it would take more reading than any vendor's ISO does; an honest one is never that far.
 * - `NoRoom`: the new boot configuration is longer than the one that it takes the place of.
 * - `Unreadable`: the file or the server gave nothing.
 * - `Changed`: it is not what it was when it was opened.
 * - `WrongDigest`: its SHA-256 is not the one that was named.
 */
export type MediaErrorKind = 'NotUnderstood' | 'Truncated' | 'TooLarge' | 'NoRoom' | 'Unreadable' | 'Changed' | 'WrongDigest';

const LONGEST_MESSAGE = 1000;

export class MediaError extends Error {
  constructor(
    readonly kind: MediaErrorKind,
    message: string,
    options?: ErrorOptions,
  ) {
    // Names and texts of a medium may stand in it; nothing in them reaches a terminal as a command.
    super(message.replace(/\p{C}/gu, '?').slice(0, LONGEST_MESSAGE), options);
    this.name = 'MediaError';
  }
}

/** For what was read wrong: `found` and `expected` in a few words each. */
export function notUnderstood(what: string, found: string, expected: string): MediaError {
  return new MediaError(
    'NotUnderstood',
    `${what}: found ${found}, expected ${expected}; give the vendor's own ISO, downloaded anew and compared with its SHA-256`,
  );
}
