/** The only form in which a MicroTime is accepted: exactly six fraction digits. @param now milliseconds since the epoch */
export function microTime(now: number): string {
  return `${new Date(now).toISOString().slice(0, -1)}000Z`;
}
