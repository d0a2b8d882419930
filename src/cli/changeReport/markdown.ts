// Pieces of Markdown (GitHub's, which ticket systems read): whatever stands in a cell stays in its cell, and is read as text.

/** One line of text, in which nothing is markup. */
export function plain(text: string): string {
  return text
    .replace(/\s*[\r\n]+\s*/g, ' ')
    .replace(/[\\`*[\]|~#]/g, '\\$&')
    .replace(/&/g, '&amp;')
    .replace(/</g, '&lt;');
}

export function heading(level: number, text: string): string {
  return `${'#'.repeat(level)} ${plain(text)}`;
}

/** Nothing where there are no rows. */
export function table(header: readonly string[], rows: readonly (readonly string[])[]): readonly string[] {
  if (rows.length === 0) return [];
  const line = (cells: readonly string[]): string => `| ${cells.map((cell) => plain(cell)).join(' | ')} |`;
  return [line(header), `|${' --- |'.repeat(header.length)}`, ...rows.map(line)];
}

export function bullets(lines: readonly string[]): readonly string[] {
  return lines.map((line) => `- ${plain(line)}`);
}

/** `2026-01-12 22:00:00 UTC`; a dash for none. */
export function instant(text: string | undefined): string {
  const at = Date.parse(text ?? '');
  return Number.isNaN(at) ? '–' : `${new Date(at).toISOString().slice(0, 19).replace('T', ' ')} UTC`;
}

/** `1 h 02 min 03 s` between two instants; a dash where one is missing. */
export function between(from: string | undefined, until: string | undefined): string {
  const ms = Date.parse(until ?? '') - Date.parse(from ?? '');
  return Number.isNaN(ms) ? '–' : length(ms / 1000);
}

export function length(total: number): string {
  const seconds = Math.max(0, Math.round(total));
  const two = (value: number): string => String(value).padStart(2, '0');
  const [hours, minutes] = [Math.floor(seconds / 3600), Math.floor((seconds % 3600) / 60)];
  if (hours > 0) return `${hours} h ${two(minutes)} min ${two(seconds % 60)} s`;
  return minutes > 0 ? `${minutes} min ${two(seconds % 60)} s` : `${seconds} s`;
}
