// Times in the run's memory are ISO 8601 texts, so that people can read them; decisions compare milliseconds.

export function iso(milliseconds: number): string {
  return new Date(milliseconds).toISOString();
}

/** Milliseconds since the epoch; undefined for an absent time. */
export function millis(text: string | undefined): number | undefined {
  return text === undefined ? undefined : Date.parse(text);
}

export const seconds = (count: number): number => count * 1000;
export const minutes = (count: number): number => count * 60_000;
export const hours = (count: number): number => count * 3_600_000;
