// A pool made from nothing: for the demonstration, for whoever has no dump at hand, and for tests that need a pool of a certain shape.
import { LiveDatabase } from '../../pool/liveDatabase';
import { findFacts, type ReleaseFacts } from '../../releases';
import type { Release } from '../../world';
import { fillDatabase } from '../loadPool';
import { type LoadedPool, listHosts } from '../loadedPool';
import { LoadError } from '../loadError';
import { deriveRelations } from '../relations';
import { schemaOfApi } from '../schema';
import { addUpdates } from './updates';
import { usedMemory } from '../synthesise/memory';
import { addGuest, GUEST_MEMORY } from './guests';
import { addHost, CONTROL_DOMAIN, hostNameOf, NETWORKS } from './hosts';
import { addStorage, attachStorage } from './storage';
import { GIB, made, MadeTables } from './tables';

const MOST = { hosts: 64, vms: 4000 };

export interface PoolShape {
  readonly hosts: number;
  /** Guests in all, dealt out in turn. The first is pinned to its host's local storage, the second cannot move and ignores a clean shutdown, the third is halted. */
  readonly vms: number;
  readonly release: Release;
}

/** @throws LoadError for numbers that make no pool and for a release that never was */
export function makePool(shape: PoolShape): LoadedPool {
  const facts = checkShape(shape);
  const tables = new MadeTables();
  const perHost = Math.ceil(shape.vms / shape.hosts);
  // Twice what a host carries, so that any one host's guests find room on any other.
  const memory = Math.max(32, 2 ** Math.ceil(Math.log2((2 * (perHost + 1) * GUEST_MEMORY + CONTROL_DOMAIN) / GIB))) * GIB;
  addPool(tables, shape);
  for (let index = 0; index < shape.hosts; index++) addHost(tables, index, shape.release, memory);
  for (let index = 0; index < shape.vms; index++) addGuest(tables, index, shape.hosts, shape.release);
  addUpdates(
    tables,
    shape.release,
    Array.from({ length: shape.hosts }, (_, index) => hostNameOf(index)),
  );
  deriveRelations(tables.tables);
  const database = fillDatabase(tables.tables);
  return assemble(database, facts);
}

function checkShape({ hosts, vms, release }: PoolShape): ReleaseFacts {
  if (!Number.isInteger(hosts) || hosts < 1 || hosts > MOST.hosts)
    throw new LoadError('BadCount', `${hosts} hosts; from 1 to ${MOST.hosts} can be made`);
  if (!Number.isInteger(vms) || vms < 0 || vms > MOST.vms)
    throw new LoadError('BadCount', `${vms} VMs; from 0 to ${MOST.vms} can be made`);
  const facts = findFacts(release);
  if (facts === undefined) throw new LoadError('UnknownRelease', `no ${release.brand} ${release.version} is known`);
  return facts;
}

function addPool(tables: MadeTables, { hosts }: PoolShape): void {
  const shared = made('SR', 'shared');
  tables.add('pool', 'pool', {
    name_label: 'made-pool',
    name_description: 'A made pool',
    master: made('host', hostNameOf(0)),
    default_SR: shared,
    suspend_image_SR: shared,
    crash_dump_SR: shared,
    other_config: {},
    ha_enabled: false,
    ha_configuration: {},
    ha_statefiles: [],
    wlb_enabled: false,
    wlb_url: '',
    restrictions: {},
    tags: [],
  });
  for (const device of NETWORKS) {
    const name = `Pool-wide network associated with ${device}`;
    tables.add('network', device, {
      name_label: name,
      name_description: '',
      bridge: device.replace('eth', 'xenbr'),
      MTU: 1500,
      other_config: {},
      tags: [],
      blobs: {},
    });
  }
  addStorage(tables, 'shared', { name_label: 'Shared storage', type: 'nfs', shared: true, size: 8192 * GIB });
  for (let index = 0; index < hosts; index++)
    attachStorage(tables, 'shared', hostNameOf(index), { server: '10.77.0.2', serverpath: '/pool' });
}

function assemble(database: LiveDatabase, { release, api }: ReleaseFacts): LoadedPool {
  const masterRef = made('host', hostNameOf(0));
  for (const [host, record] of database.records('host')) {
    const metrics = String(record['metrics']);
    const total = Number(database.get('host_metrics', metrics)?.['memory_total']);
    database.update('host_metrics', metrics, { memory_free: total - usedMemory(database, host) });
  }
  const manifest: readonly (readonly [string, string])[] = [
    ['schema_major_vsn', '5'],
    ['schema_minor_vsn', String(schemaOfApi(api))],
    ['generation_count', String(database.generation)],
  ];
  const origin = {
    manifest,
    tables: database.tableNames(),
    rows: new Map(),
    foreign: new Map(),
    generation: database.generation,
  };
  return { database, apiRelease: api, release, hosts: listHosts(database, masterRef), masterRef, warnings: [], origin };
}
