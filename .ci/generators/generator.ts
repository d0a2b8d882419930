// What a generator is. Everything in the repository that is derived from something else is made by one of these, so that one command writes all of
// it (`npm run generate`) and another proves that nothing has drifted (`npm run verify`).

export interface GeneratedFile {
  /** Relative to the root of the repository, with forward slashes. */
  readonly path: string;
  readonly text: string;
}

/** The files, or why they cannot be made here (a source that is not part of the repository is absent). */
export type Generated = { readonly files: readonly GeneratedFile[] } | { readonly unavailable: string };

export interface Generator {
  readonly name: string;
  /** @param root absolute path of the repository */
  generate(root: string): Promise<Generated> | Generated;
}
