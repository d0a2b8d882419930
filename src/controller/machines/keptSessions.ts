// The list of sessions at BMCs as text, e.g. of an annotation: which may be a predecessor's, of another version, or somebody's who edited it.

export interface KeptSession {
  /** Origin of the BMC, e.g. `https://10.1.7.1`. */
  readonly bmc: string;
  /** URI of the session there, without the origin. */
  readonly session: string;
  /** ISO 8601: since when it is known that nobody uses it. Absent: it is in use, as far as whoever wrote it knew. */
  readonly left?: string;
}

/** Of two sessions a host in the largest pools; what was left first is forgotten first. */
export const MOST_KEPT = 128;
const LONGEST_TEXT = 131_072;

/** @returns undefined when there is nothing to keep */
export function writeKept(sessions: readonly KeptSession[]): string | undefined {
  return sessions.length === 0 ? undefined : JSON.stringify(sessions.slice(-MOST_KEPT));
}

export interface ReadKept {
  readonly sessions: readonly KeptSession[];
  /** What cannot be read, found and expected; undefined: nothing. */
  readonly wrong: string | undefined;
}

export function readKept(text: string | undefined): ReadKept {
  if (text === undefined) return { sessions: [], wrong: undefined };
  if (text.length > LONGEST_TEXT)
    return { sessions: [], wrong: `found ${text.length} characters, expected at most ${LONGEST_TEXT}` };
  const list = parsed(text);
  if (!Array.isArray(list)) return { sessions: [], wrong: 'found no list in JSON, expected one of sessions' };
  const sessions = list
    .filter(isKept)
    .map(({ bmc, session, left }) => ({ bmc, session, ...(left === undefined ? {} : { left }) }));
  const strange = list.length - sessions.length;
  const wrong =
    strange === 0 ? undefined : `found ${strange} entries that are no sessions, expected {"bmc": ORIGIN, "session": PATH}`;
  return { sessions: sessions.slice(-MOST_KEPT), wrong };
}

function parsed(text: string): unknown {
  try {
    return JSON.parse(text);
  } catch (error) {
    if (error instanceof SyntaxError) return undefined;
    throw error;
  }
}

function isKept(value: unknown): value is KeptSession {
  if (typeof value !== 'object' || value === null) return false;
  const { bmc, session, left } = value as Record<string, unknown>;
  return typeof bmc === 'string' && typeof session === 'string' && (left === undefined || typeof left === 'string');
}
