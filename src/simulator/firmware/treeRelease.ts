// Which release a tree or a medium holds, as its installer reads it: `.treeinfo` from 7.0 on, the repository's own file before.
import { brandOf } from '../releases';
import type { Release } from '../world';

export const TREE_INFO = '.treeinfo';

/** `a/b` below the tree's root. */
export function within(tree: string, path: string): string {
  return `${tree}${tree.endsWith('/') ? '' : '/'}${path}`;
}

/**
 * What a tree says it holds; undefined when it says nothing.
 * @param fetchText undefined for what is not there. @throws what it throws
 */
export async function releaseOfTree(
  tree: string,
  fetchText: (url: string) => Promise<string | undefined>,
): Promise<Release | undefined> {
  const info = await fetchText(within(tree, TREE_INFO));
  if (info !== undefined) return releaseOfTreeInfo(info);
  const repository = await fetchText(within(tree, XS_REPOSITORY));
  return repository === undefined ? undefined : releaseOfRepository(repository);
}

export const XS_REPOSITORY = 'packages.main/XS-REPOSITORY';

/** @returns undefined for a text that tells no release */
export function releaseOfTreeInfo(text: string): Release | undefined {
  const value = (name: string): string | undefined => new RegExp(`^${name}\\s*=\\s*(\\S.*?)\\s*$`, 'm').exec(text)?.[1];
  return release(value('product_name') ?? value('name') ?? value('family'), value('product_version') ?? value('version'));
}

/** @returns undefined for a text that tells no release */
export function releaseOfRepository(text: string): Release | undefined {
  const attribute = (name: string): string | undefined => new RegExp(`\\s${name}="([^"]*)"`).exec(text)?.[1];
  return release(attribute('product'), attribute('version'));
}

function release(brand: string | undefined, version: string | undefined): Release | undefined {
  return version === undefined || !/^\d+(\.\d+)+$/.test(version) ? undefined : { brand: brandOf(brand), version };
}
