// The pool a recording starts from: two hosts of a release given by xapi's own number, without guests and without storage.
import { listHosts, type LoadedPool } from '../../../src/simulator/dump/loadedPool';
import { makePool } from '../../../src/simulator/dump';

const NULL_REF = 'OpaqueRef:NULL';
const STORAGE = ['SR', 'PBD', 'VDI', 'VBD'];

/** @param apiRelease e.g. `23.9.0` */
export function poolWithoutStorage(apiRelease: string): LoadedPool {
  const pool = makePool({ hosts: 2, vms: 0, release: { brand: 'XCP-ng', version: '8.3.0' } });
  const { database } = pool;
  for (const table of STORAGE) for (const ref of [...database.records(table).keys()]) database.remove(table, ref);
  for (const ref of [...database.records('pool').keys()])
    database.update('pool', ref, { default_SR: NULL_REF, suspend_image_SR: NULL_REF, crash_dump_SR: NULL_REF });
  for (const ref of [...database.records('host').keys()])
    database.update('host', ref, { PBDs: [], suspend_image_sr: NULL_REF, crash_dump_sr: NULL_REF });
  return { ...pool, apiRelease, hosts: listHosts(database, pool.masterRef) };
}
