// What may be changed to make way for an upgrade and has to be put back: one item for each thing, with its value, whom it concerns, and what kind of
// debt it would be. The books take it at the start and at the end.
import type { DatabaseRecord } from '../pool/liveDatabase';
import type { JudgedWorld } from './court';
import { guests, isOn, map, poolRecord, text, uuidOf } from './reading';

/** Keys of `other_config` that the operator sets. */
const MARK = 'xenpool.dev/';

export interface Item {
  /** `guest` items wait for their VM, `host` items for their host. */
  readonly kind: 'ha' | 'pool' | 'pool-mark' | 'guest' | 'host' | 'staged' | 'bmc';
  readonly what: string;
  readonly value: string;
  /** UUIDs, any of which a debt may name. */
  readonly objects: readonly string[];
}

/** By a key that stays the same over the run. */
export type Arrangement = ReadonlyMap<string, Item>;

export function arrangementOf(world: JudgedWorld): Arrangement {
  const items = [...poolItems(world), ...guestItems(world), ...cdItems(world), ...hostItems(world), ...bmcItems(world)];
  return new Map(items.map((item) => [`${item.what} ${item.objects.join(' ')}`, item]));
}

function poolItems({ database }: JudgedWorld): readonly Item[] {
  const pool = poolRecord(database);
  const objects = [text(pool, 'uuid')];
  return [
    { kind: 'ha', what: 'high availability of the pool', value: String(isOn(pool, 'ha_enabled')), objects },
    { kind: 'pool', what: 'workload balancing of the pool', value: String(isOn(pool, 'wlb_enabled')), objects },
    { kind: 'pool', what: 'auto_poweron of the pool', value: autoPoweron(pool), objects },
    ...marks(pool).map((mark): Item => ({ kind: 'pool-mark', what: `${mark} of the pool`, value: 'set', objects })),
  ];
}

function guestItems({ database }: JudgedWorld): readonly Item[] {
  return guests(database).flatMap(([, vm]) => {
    const objects = [text(vm, 'uuid')];
    return [
      { kind: 'guest', what: 'auto_poweron of a VM', value: autoPoweron(vm), objects } as const,
      ...marks(vm).map((mark): Item => ({ kind: 'guest', what: `${mark} of a VM`, value: 'set', objects })),
    ];
  });
}

/** A CD whose VDI an upgrade took away (a new Tools ISO) cannot be put back, so a VDI that is no more is not in the arrangement. */
function cdItems({ database }: JudgedWorld): readonly Item[] {
  const guestRefs = new Set<unknown>(guests(database).map(([ref]) => ref));
  const drives = [...database.records('VBD').values()].filter((vbd) => vbd['type'] === 'CD' && guestRefs.has(vbd['VM']));
  return drives.map((vbd) => ({
    kind: 'guest',
    what: 'CD of a VM',
    value: vbd['empty'] === true ? '' : uuidOf(database, 'VDI', vbd['VDI']),
    objects: [uuidOf(database, 'VM', vbd['VM']), text(vbd, 'uuid')],
  }));
}

function hostItems({ database, machines }: JudgedWorld): readonly Item[] {
  const enabled = [...database.records('host').values()].map((host): Item => ({
    kind: 'host',
    what: 'enabled of a host',
    value: String(isOn(host, 'enabled')),
    objects: [text(host, 'uuid')],
  }));
  const staged = [...machines.values()].map(({ uuid, disk }): Item => ({
    kind: 'staged',
    what: 'boot entry of the installer on a host',
    value: disk.staged === null ? '' : 'staged',
    objects: [uuid],
  }));
  return [...enabled, ...staged];
}

function bmcItems({ bmcs }: JudgedWorld): readonly Item[] {
  return [...(bmcs ?? [])].flatMap(([host, bmc]): readonly Item[] => [
    { kind: 'bmc', what: "image in the BMC's drive of a host", value: bmc.inserted() ?? '', objects: [host] },
    { kind: 'bmc', what: 'boot override of a host', value: bmc.armed() ?? '', objects: [host] },
  ]);
}

function autoPoweron(record: DatabaseRecord | undefined): string {
  return String(map(record, 'other_config')['auto_poweron'] ?? '');
}

function marks(record: DatabaseRecord | undefined): readonly string[] {
  return Object.keys(map(record, 'other_config')).filter((key) => key.startsWith(MARK));
}
