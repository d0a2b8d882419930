// Why a database, readable as such, cannot become a simulated pool.

/**
 * - `NoMaster`: `pool.master` names no host of the dump. - `DuplicateReference`: two objects with one reference or uuid. - `NoReference`: a row without any.
 * - `ManyPools`: more than one pool row. - `AlreadyMixed`: hosts of different versions. - `UnknownRelease`: no version, or one older than any known.
 * - `TooFewHosts`, `TooManyHosts`: a pool cannot be grown to that size. - `BadCount`: no number of hosts or VMs.
 */
export type LoadErrorKind =
  | 'NoMaster'
  | 'DuplicateReference'
  | 'NoReference'
  | 'ManyPools'
  | 'AlreadyMixed'
  | 'UnknownRelease'
  | 'TooFewHosts'
  | 'TooManyHosts'
  | 'BadCount';

export class LoadError extends Error {
  override readonly name = 'LoadError';

  constructor(
    readonly kind: LoadErrorKind,
    message: string,
  ) {
    super(message);
  }

  /** Whether the input is sound and a rule forbids it; otherwise the input itself is bad. */
  get refused(): boolean {
    return this.kind === 'AlreadyMixed';
  }
}
