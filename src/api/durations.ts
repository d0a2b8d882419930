// Durations as the API writes them: numbers with a unit, added up, such as 90s, 10m, 2h or 1h30m. No days, because a day is not always 24 hours, and
// no fractions, because 0.5h reads as a mistake.

const UNITS = { h: 3_600_000, m: 60_000, s: 1_000 } as const;
const WHOLE = /^([0-9]+[smh])+$/;
const PART = /([0-9]+)([smh])/g;

/** Longest duration that is taken seriously: a year, in milliseconds. */
export const LONGEST = 365 * 24 * UNITS.h;

/**
 * Milliseconds of a duration.
 * @param text e.g. `1h30m`; the schema's pattern for durations
 * @throws RangeError naming what was found and what is expected
 */
export function parseDuration(text: string): number {
  if (!WHOLE.test(text))
    throw new RangeError(`"${text}" is not a duration; expected whole numbers with s, m or h, such as 90s, 10m or 1h30m`);
  let total = 0;
  for (const [, count, unit] of text.matchAll(PART)) total += Number(count) * UNITS[unit as keyof typeof UNITS];
  if (total > LONGEST) throw new RangeError(`"${text}" is longer than a year; expected at most ${formatDuration(LONGEST)}`);
  return total;
}

/** The same, or undefined for a text that is no duration. */
export function readDuration(text: string): number | undefined {
  try {
    return parseDuration(text);
  } catch (error) {
    if (error instanceof RangeError) return undefined;
    throw error;
  }
}

/** The shortest text that parses to these milliseconds; parts of a second are dropped. */
export function formatDuration(ms: number): string {
  const parts: string[] = [];
  let rest = Math.floor(ms / UNITS.s) * UNITS.s;
  for (const [unit, size] of Object.entries(UNITS)) {
    const count = Math.floor(rest / size);
    if (count > 0) parts.push(`${count}${unit}`);
    rest -= count * size;
  }
  return parts.length === 0 ? '0s' : parts.join('');
}
