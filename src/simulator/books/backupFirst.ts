// I8: a whole dump of the pool's database stands outside the pool before the first host leaves for a hop, and none is taken in mixed mode (XAPI hands
// out a dummy then).
import sax from 'sax';
import type { WorldEvent } from '../world';
import type { Bench, Judge } from './court';
import { guests, isWilled, map, releasesDiffer, text } from './reading';

/** What a dump says it holds: for each host UUID its row's software version, and the UUIDs of all VMs. */
interface Contents {
  readonly hosts: ReadonlyMap<string, string>;
  readonly vms: ReadonlySet<string>;
}

export function backupFirst(bench: Bench): Judge {
  const vmsAtStart = guests(bench.world.database).map(([, vm]) => text(vm, 'uuid'));
  return {
    id: 'I8',
    on(event): void {
      if (event.kind === 'dumped') return judgeDump(bench, event.dummy);
      if (event.kind !== 'machine' || !isDeparture(event) || releasesDiffer(bench.world)) return;
      bench.judged();
      const good = bench.outside.backups().some((dump) => holdsPool(bench, readDump(dump), vmsAtStart));
      if (!good) bench.violated('the first host leaves before a whole dump of the pool is stored outside');
    },
    end: () => undefined,
  };
}

function judgeDump(bench: Bench, dummy: boolean): void {
  bench.judged();
  if (dummy) bench.violated('a dump was taken in mixed mode');
}

/** A machine that goes off has left before, unless its power was cut. */
function isDeparture(event: WorldEvent & { kind: 'machine' }): boolean {
  const cut = event.change === 'off' && event.detail === 'power cut';
  return isWilled(event.cause) && (cut || event.change === 'leaving');
}

/** Hosts must stand in it with the version they have now: a dump from before an earlier hop is none of this one. */
function holdsPool({ world }: Bench, contents: Contents | undefined, vmsAtStart: readonly string[]): boolean {
  if (contents === undefined) return false;
  const hosts = [...world.database.records('host').values()].every((host) => {
    const version = text({ version: map(host, 'software_version')['product_version'] ?? '' }, 'version');
    return contents.hosts.get(text(host, 'uuid'))?.includes(version) === true;
  });
  const now = new Set(guests(world.database).map(([, vm]) => text(vm, 'uuid')));
  return hosts && vmsAtStart.every((vm) => !now.has(vm) || contents.vms.has(vm));
}

/** Undefined when the text is not a whole database dump. */
function readDump(dump: string): Contents | undefined {
  const hosts = new Map<string, string>();
  const vms = new Set<string>();
  const path: string[] = [];
  let table: string | undefined;
  let root: string | undefined;
  let whole = true;
  const parser = sax.parser(true);
  parser.onopentag = ({ name, attributes }): void => {
    root ??= name;
    path.push(name);
    if (name === 'table') table = String(attributes['name']);
    if (name === 'row' && table === 'host') hosts.set(String(attributes['uuid']), String(attributes['software_version']));
    if (name === 'row' && table === 'VM') vms.add(String(attributes['uuid']));
  };
  parser.onclosetag = (): void => void path.pop();
  parser.onerror = (): void => {
    whole = false;
    parser.resume();
  };
  parser.write(dump).close();
  return whole && root === 'database' && path.length === 0 ? { hosts, vms } : undefined;
}
