// What a way through the catalogue is asked for with, and how it comes out.
import type { Brand } from './release';
import type { Hop, Sources } from './searchPath';

/** One entry of `spec.path`; a brand that is left out is that of the release before. */
export interface PathStep {
  readonly brand?: Brand | undefined;
  readonly version: string;
}

export type PathRefusal =
  | 'UnknownRelease'
  | 'TargetNotNewer'
  | 'BrandUnreachable'
  | 'NoDirectPath'
  | 'UndocumentedHop'
  | 'PathInvalid'
  | 'RepositoryMissing';

export type PathResult =
  | { readonly ok: true; readonly hops: readonly Hop[]; readonly warnings: readonly string[] }
  | { readonly ok: false; readonly reason: PathRefusal; readonly message: string };

export interface PathWishes {
  /** Whether hops that no document of the vendor names may be taken. */
  readonly consent: { readonly undocumentedHops: boolean };
  /** Absent: every stop is taken for one whose installer can be had. */
  readonly sources?: Sources;
  /** `spec.path`: stops as the manifest names them, the target last. */
  readonly path?: readonly PathStep[];
}
