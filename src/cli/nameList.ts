/** The names of a flag that takes several, parted by commas; blanks and empty places do not count. */
export function nameList(text: string): readonly string[] {
  return text
    .split(',')
    .map((name) => name.trim())
    .filter((name) => name !== '');
}
