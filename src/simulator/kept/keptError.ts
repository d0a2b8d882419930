// What is wrong with a folder that should hold a simulated world. Such a folder is left as it was found.

/**
 * `Foreign`: it holds something else. `Damaged`: it was ours. `Full`: its journal came to its bound. `Diverged`: the world that comes out of it is another
 * than the one that went in. `InUse`: another process serves it. `Unusable`: the file system refuses.
 */
export type KeptErrorKind = 'Foreign' | 'Damaged' | 'Full' | 'Diverged' | 'InUse' | 'Unusable';

export class KeptError extends Error {
  override readonly name = 'KeptError';

  /** @param message what was found, what was expected, what to do; without the folder's name, which the caller has */
  constructor(
    readonly kind: KeptErrorKind,
    message: string,
    cause?: unknown,
  ) {
    super(message, { cause });
  }
}

/** @throws KeptError `Unusable` in place of the file system's error */
export function onDisk<T>(doing: string, work: () => T): T {
  try {
    return work();
  } catch (error) {
    const code = error instanceof Error && 'code' in error ? String(error.code) : undefined;
    if (code === undefined) throw error;
    throw new KeptError('Unusable', `${doing} failed (${code}); expected a folder of this user's with room in it`, error);
  }
}
