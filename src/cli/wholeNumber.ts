// Numbers given as flags. Anything but plain digits is a mistake worth a message, so `1e3`, ` 3` and `3.0` are no numbers here.

/** @returns undefined for anything but one to nine digits */
export function wholeNumber(text: string): number | undefined {
  return /^\d{1,9}$/.test(text) ? Number(text) : undefined;
}
