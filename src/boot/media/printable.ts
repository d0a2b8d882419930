// Text of a medium as it may be shown: on one line, without what moves a cursor or changes colours, and not without end.

/** What does not belong is shown as `?`. */
export function printable(text: string, most = 100): string {
  return text
    .replace(/[^ -~]/g, '?')
    .trim()
    .slice(0, most);
}
