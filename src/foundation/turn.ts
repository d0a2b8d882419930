/** Resolves when everything that waits in the event loop now has had its turn; promises that can settle do so before. */
export function nextTurn(): Promise<void> {
  return new Promise((resolve) => setImmediate(resolve));
}
