// What anybody may see without a token: that the server has a release. It is the vendor's own description of it and nothing else, so that a host can be asked, while it still
// serves, whether it reaches the server and would find an installer there.
import { fileAnswer } from './fileAnswer';
import { type BootAnswer, type BootRequest, textAnswer } from './request';
import type { FileTree, NoMedium } from './source';

/** Of a release that a manifest names. Undefined: none does. */
export type ReleaseTree = (
  release: { readonly brand: string; readonly version: string },
  signal: AbortSignal,
) => Promise<FileTree | NoMedium | undefined>;

/** `/release/XCP-ng/8.3.0/.treeinfo`, with slashes doubled as installers join them. */
const PATH = /^\/release\/(XenServer|XCP-ng)\/(\d{1,3}(?:\.\d{1,4}){1,3})\/+\.treeinfo$/;
const NOT_HERE = textAnswer(404, 'not here\n');

export async function releaseAnswer(
  treeOf: ReleaseTree | undefined,
  request: BootRequest,
  path: string,
  signal: AbortSignal,
): Promise<BootAnswer> {
  const [, brand = '', version = ''] = PATH.exec(path) ?? [];
  const tree = brand === '' ? undefined : await treeOf?.({ brand, version }, signal);
  if (tree === undefined || 'why' in tree) return NOT_HERE;
  const file = await tree.file(['.treeinfo'], signal);
  return file === undefined ? NOT_HERE : fileAnswer(request, file, `release${file.size}`);
}
