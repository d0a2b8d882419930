// CPU features as XAPI prints them: words of hex digits joined by dashes; a word that is missing at the end has no bit set.

/** Whether all features of `wanted` are in `offered`. */
export function offersFeatures(offered: string, wanted: string): boolean {
  const there = words(offered);
  return words(wanted).every((word, index) => (word & ~(there[index] ?? 0n)) === 0n);
}

function words(features: string): readonly bigint[] {
  return features.split('-').map((word) => (/^[0-9a-fA-F]+$/.test(word) ? BigInt(`0x${word}`) : 0n));
}
