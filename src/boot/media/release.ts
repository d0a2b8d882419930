// Which release an ISO holds, as it says itself: `.treeinfo` from 7.0 on, the repository's own file before. A medium without packages (XCP-ng's netinstall)
// has neither.
import { type BoundedReader, LONGEST_PIECE } from './boundedReader';
import type { IsoTree } from './iso/tree';
import { printable } from './printable';

export interface MediaRelease {
  /** E.g. `XCP-ng`, `Citrix Hypervisor`. */
  readonly brand: string;
  readonly version: string;
  /** Empty where it is not told (before 7.0). */
  readonly platformVersion: string;
  /** The file that says so. */
  readonly from: string;
}

const TREE_INFO = '/.treeinfo';
const REPOSITORY = '/packages.main/XS-REPOSITORY';

/** @returns undefined where nothing says so. @throws MediaError */
export async function readRelease(reader: BoundedReader, tree: IsoTree): Promise<MediaRelease | undefined> {
  for (const [path, parse] of [
    [TREE_INFO, ofTreeInfo],
    [REPOSITORY, ofRepository],
  ] as const) {
    const entry = await tree.find(path);
    if (entry === undefined || entry.directory || !entry.plain || entry.size > LONGEST_PIECE) continue;
    const release = parse((await reader.bytes(entry.offset, entry.size, path)).toString('utf8'));
    if (release !== undefined && release.version !== '') return { ...release, from: path };
  }
  return undefined;
}

type Told = Omit<MediaRelease, 'from'>;

/** Sections of the years: `system-v1` (8.x), `platform` and `branding` (7.x), `general` (all). */
function ofTreeInfo(text: string): Told {
  const values = ini(text);
  const first = (...keys: readonly string[]): string =>
    keys.map((key) => values.get(key) ?? '').find((value) => value !== '') ?? '';
  return {
    brand: first('system-v1.product_name', 'branding.name', 'general.family'),
    version: first('system-v1.product_version', 'branding.version', 'general.version'),
    platformVersion: first('system-v1.platform_version', 'platform.version'),
  };
}

function ini(text: string): ReadonlyMap<string, string> {
  const values = new Map<string, string>();
  let section = '';
  for (const line of text.split(/\r?\n/)) {
    const header = /^\[([^\]]+)\]\s*$/.exec(line);
    const [, key, value] = /^([^=#;[\s]+)\s*=\s*(.*)$/.exec(line) ?? [];
    if (header !== null) section = header[1]!;
    else if (key !== undefined) values.set(`${section}.${key}`, printable(value!));
  }
  return values;
}

/** One element with attributes: `<repository originator="xs" name="main" product="XenServer" version="6.2.0" …>`. */
function ofRepository(text: string): Told | undefined {
  const element = /<repository\s([^>]{0,2000})>/.exec(text)?.[1];
  if (element === undefined) return undefined;
  const attribute = (name: string): string => printable(new RegExp(`(?:^|\\s)${name}="([^"]*)"`).exec(element)?.[1] ?? '');
  return { brand: attribute('product'), version: attribute('version'), platformVersion: '' };
}
