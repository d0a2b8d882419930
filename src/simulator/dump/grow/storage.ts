// Shared storage of a grown pool: it holds more disks, so it must be larger, or a pool that had room to suspend its guests would lose it by growing.
import { integerOf } from '../../pool/recordFields';
import type { LiveDatabase, Ref } from '../../pool/liveDatabase';
import type { Closure } from './closure';

/**
 * Every shared SR that received clones of disks grows by what they hold, and its free space in proportion to the hosts.
 * @param closures what was cloned of each original host, in the order of their turns
 * @param originals hosts before, @param count hosts after
 */
export function enlargeSharedStorage(
  database: LiveDatabase,
  closures: readonly Closure[],
  originals: number,
  count: number,
): void {
  const added = new Map<Ref, { virtual: number; physical: number }>();
  for (let clone = 0; clone < count - originals; clone++) addDisks(database, closures[clone % closures.length]!, added);
  for (const [sr, { virtual, physical }] of added) {
    const record = database.get('SR', sr)!;
    const size = integerOf(record, 'physical_size');
    const used = integerOf(record, 'physical_utilisation');
    if (size <= 0 || used < 0) continue;
    const free = Math.ceil(((size - used) * count) / originals);
    const virtualNow = integerOf(record, 'virtual_allocation') + virtual;
    database.update('SR', sr, {
      physical_utilisation: used + physical,
      physical_size: used + physical + free,
      virtual_allocation: virtualNow,
    });
  }
}

function addDisks(database: LiveDatabase, closure: Closure, added: Map<Ref, { virtual: number; physical: number }>): void {
  for (const [ref, table] of closure) {
    const disk = table === 'VDI' ? database.get('VDI', ref)! : undefined;
    const sr = String(disk?.['SR'] ?? '');
    if (disk === undefined || closure.has(sr) || database.get('SR', sr) === undefined) continue;
    const sum = added.get(sr) ?? { virtual: 0, physical: 0 };
    added.set(sr, {
      virtual: sum.virtual + integerOf(disk, 'virtual_size'),
      physical: sum.physical + Math.max(0, integerOf(disk, 'physical_utilisation')),
    });
  }
}
