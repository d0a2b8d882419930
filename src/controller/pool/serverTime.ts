// XenAPI's dates: `20260102T03:04:05Z`, which no standard parser reads.
import { type Fact, known, unknown } from '../../foundation/fact';

/** Seconds since the epoch. */
export function parseServerTime(text: string): Fact<number> {
  const match = /^(\d{4})(\d\d)(\d\d)T(\d\d):(\d\d):(\d\d)Z?$/.exec(text);
  if (match === null) return unknown(`the host told a time that is none: ${JSON.stringify(text.slice(0, 40))}`);
  const [year, month, day, hour, minute, second] = match.slice(1).map(Number) as [number, number, number, number, number, number];
  return known(Date.UTC(year, month - 1, day, hour, minute, second) / 1000);
}
