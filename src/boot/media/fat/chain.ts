// The clusters of one file, by the allocation table, as byte ranges of the medium. A chain that runs in circles, too long or out of the file system is refused.
import type { Extent } from '../blockSource';
import type { BoundedReader } from '../boundedReader';
import { notUnderstood } from '../mediaError';
import type { Geometry } from './bootSector';

/** The largest that is ever read of one file or directory, in clusters of 512 bytes. */
const MOST_CLUSTERS = 4096;

/**
 * @param wanted clusters of a file of known size; undefined for a directory, which ends where its chain ends
 * @throws MediaError
 */
export async function clustersOf(
  reader: BoundedReader,
  geometry: Geometry,
  first: number,
  wanted: number | undefined,
  what: string,
): Promise<readonly number[]> {
  if ((wanted ?? 0) > MOST_CLUSTERS) throw notUnderstood(what, `${wanted} clusters`, `at most ${MOST_CLUSTERS}`);
  const clusters: number[] = [];
  const seen = new Set<number>();
  for (
    let cluster = first;
    clusters.length < (wanted ?? MOST_CLUSTERS);
    cluster = await nextOf(reader, geometry, cluster, what)
  ) {
    if (isEnd(geometry, cluster) && wanted === undefined) return clusters;
    checkCluster(geometry, cluster, seen, what);
    seen.add(cluster);
    clusters.push(cluster);
  }
  if (wanted === undefined) throw notUnderstood(what, `more than ${MOST_CLUSTERS} clusters`, 'a directory with an end');
  return clusters;
}

function checkCluster({ clusters }: Geometry, cluster: number, seen: ReadonlySet<number>, what: string): void {
  if (seen.has(cluster)) throw notUnderstood(what, `a chain that comes back to cluster ${cluster}`, 'one with an end');
  if (cluster >= 2 && cluster < clusters + 2) return;
  throw notUnderstood(what, `cluster ${cluster} as number ${seen.size + 1} of its chain`, `clusters 2 to ${clusters + 1}`);
}

/** Clusters side by side become one range; the last one is cut to the size. */
export function extentsOf({ data, clusterSize }: Geometry, clusters: readonly number[], size: number): readonly Extent[] {
  const extents: { offset: number; length: number }[] = [];
  let left = size;
  for (const cluster of clusters) {
    const offset = data + (cluster - 2) * clusterSize;
    const length = Math.min(clusterSize, left);
    const last = extents.at(-1);
    if (last !== undefined && last.offset + last.length === offset) last.length += length;
    else if (length > 0) extents.push({ offset, length });
    left -= length;
  }
  return extents;
}

function isEnd({ kind }: Geometry, cluster: number): boolean {
  return cluster >= { 12: 0xff8, 16: 0xfff8, 32: 0xffffff8 }[kind];
}

async function nextOf(reader: BoundedReader, { kind, fat }: Geometry, cluster: number, what: string): Promise<number> {
  if (kind === 32) return (await reader.bytes(fat + cluster * 4, 4, what)).readUInt32LE(0) & 0xfffffff;
  if (kind === 16) return (await reader.bytes(fat + cluster * 2, 2, what)).readUInt16LE(0);
  const pair = (await reader.bytes(fat + cluster + (cluster >> 1), 2, what)).readUInt16LE(0);
  return cluster % 2 === 0 ? pair & 0xfff : pair >> 4;
}
