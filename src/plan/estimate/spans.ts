// Arithmetic on spans of time.
import type { Span } from '../estimate';

export const NO_TIME: Span = { least: 0, likely: 0, most: 0 };
const MINUTE = 60_000;

/** Milliseconds. */
export function span(least: number, likely: number, most: number): Span {
  return { least, likely, most };
}

export function minutes(least: number, likely: number, most: number): Span {
  return span(least * MINUTE, likely * MINUTE, most * MINUTE);
}

/** One after another. */
export function sum(spans: readonly Span[]): Span {
  return spans.reduce((all, { least, likely, most }) => span(all.least + least, all.likely + likely, all.most + most), NO_TIME);
}

/** Side by side: as long as the longest. */
export function longest(spans: readonly Span[]): Span {
  return spans.reduce(
    (all, { least, likely, most }) => span(Math.max(all.least, least), Math.max(all.likely, likely), Math.max(all.most, most)),
    NO_TIME,
  );
}

export function times({ least, likely, most }: Span, count: number): Span {
  return span(least * count, likely * count, most * count);
}
