// Storage of a made pool: one shared SR, one local SR a host, and disks.
import type { Release } from '../../world';
import { GIB, made, type MadeTables } from './tables';

const NULL_REF = 'OpaqueRef:NULL';

export function localStorageOf(host: string): string {
  return `local storage of ${host}`;
}

/** Never empty: what would happen to an empty one on the way to 7.0 is a question of its own. */
export function addLocalStorage(tables: MadeTables, host: string, release: Release): void {
  const name = localStorageOf(host);
  addStorage(tables, name, {
    name_label: 'Local storage',
    type: release.brand === 'XCP-ng' ? 'ext' : 'lvm',
    shared: false,
    size: 200 * GIB,
  });
  attachStorage(tables, name, host, { device: '/dev/disk/by-id/made-part3' });
  addDisk(tables, `scratch disk of ${host}`, name, 10 * GIB);
}

export interface MadeStorage {
  readonly name_label: string;
  readonly type: string;
  readonly shared: boolean;
  /** Bytes. */
  readonly size: number;
}

export function addStorage(tables: MadeTables, name: string, { size, ...storage }: MadeStorage): void {
  const sizes = { physical_size: size, physical_utilisation: Math.floor(size / 10), virtual_allocation: Math.floor(size / 10) };
  const texts = {
    name_description: '',
    content_type: 'user',
    allowed_operations: [],
    current_operations: {},
    other_config: {},
    sm_config: {},
    tags: [],
    blobs: {},
  };
  tables.add('SR', name, { ...storage, ...sizes, ...texts });
}

export function attachStorage(tables: MadeTables, storage: string, host: string, config: Readonly<Record<string, string>>): void {
  const ends = { host: made('host', host), SR: made('SR', storage) };
  tables.add('PBD', `${storage} on ${host}`, { ...ends, device_config: config, currently_attached: true, other_config: {} });
}

/** @param size bytes */
export function addDisk(tables: MadeTables, name: string, storage: string, size: number): void {
  const sizes = { virtual_size: size, physical_utilisation: Math.floor(size / 2) };
  const flags = { sharable: false, read_only: false, storage_lock: false, managed: true, missing: false, is_a_snapshot: false };
  const texts = {
    name_label: name,
    name_description: '',
    type: 'user',
    location: made('VDI', name).slice('OpaqueRef:'.length),
    parent: NULL_REF,
    snapshot_of: NULL_REF,
  };
  tables.add('VDI', name, {
    SR: made('SR', storage),
    ...sizes,
    ...flags,
    ...texts,
    allowed_operations: [],
    current_operations: {},
    other_config: {},
    sm_config: {},
  });
}
