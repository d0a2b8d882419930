// `host.evacuate` and its preview: all or nothing, and a guest counts as movable only when every other host could take it. An operator that places each
// guest by itself can do more. Source: the reference's section 7.2.
import type { Cause } from '../world';
import { ApiError, refusalOf } from './apiError';
import { type Handlers, numberArgument, refArgument, VOID } from './call';
import type { Row } from './hosts';
import type { Ref } from './liveDatabase';
import { flag, text } from './recordFields';
import { migrate } from './vmMigrationCalls';
import { mayMigrate } from './versions';
import { assertAllowed } from './vmRules';
import type { Xapi } from './xapi';

/** Source: xapi, `evacuation-batch-size`. */
const BATCH = 10;

interface Plan {
  readonly moves: readonly { readonly vm: Ref; readonly to: Ref }[];
  readonly errors: ReadonlyMap<Ref, ApiError>;
}

export function evacuationCalls(xapi: Xapi): Handlers {
  return {
    'host.get_vms_which_prevent_evacuation': (call) => {
      const { errors } = plan(xapi, checked(xapi, refArgument(call, 0)));
      return Object.fromEntries([...errors].map(([vm, error]) => [vm, error.description]));
    },
    'host.assert_can_evacuate': (call) => {
      const { errors } = plan(xapi, checked(xapi, refArgument(call, 0)));
      if (errors.size > 0)
        throw new ApiError(
          'CANNOT_EVACUATE_HOST',
          [...errors.values()].map(({ description }) => description.join(',')).join('|'),
        );
      return VOID;
    },
    'host.evacuate': async (call) => {
      const host = checked(xapi, refArgument(call, 0));
      if (xapi.evacuating.has(host)) throw new ApiError('HOST_EVACUATE_IN_PROGRESS', host);
      xapi.evacuating.add(host);
      try {
        await evacuate(xapi, host, numberArgument(call, 2) || BATCH, call.cause);
      } finally {
        xapi.evacuating.delete(host);
      }
      return VOID;
    },
  };
}

function checked(xapi: Xapi, host: Ref): Ref {
  xapi.hosts.record(host);
  return host;
}

async function evacuate(xapi: Xapi, host: Ref, batch: number, cause: Cause): Promise<void> {
  const { moves, errors } = plan(xapi, host);
  for (const error of errors.values()) throw error;
  for (let first = 0; first < moves.length; first += batch) {
    const window = moves.slice(first, first + batch);
    const move = ({ vm, to }: { vm: Ref; to: Ref }): Promise<void> =>
      migrate(xapi, { vm, to, force: false, task: xapi.newRef(), cause });
    await Promise.all(window.map((each) => move(each).catch(ignoreStopped)));
  }
  const left = xapi.guests.residents(host).length;
  if (left > 0) throw new ApiError('INTERNAL_ERROR', `evacuate: ${left} VMs are still resident`);
}

/** A guest that stopped meanwhile is no longer in the way. */
function ignoreStopped(error: unknown): void {
  if (!(error instanceof ApiError && error.code === 'VM_BAD_POWER_STATE')) throw error;
}

function plan(xapi: Xapi, host: Ref): Plan {
  const guests = xapi.guests.residents(host);
  const targets = candidates(xapi, host);
  const errors = new Map<Ref, ApiError>();
  const moves: { vm: Ref; to: Ref }[] = [];
  const free = new Map(targets.map((ref) => [ref, xapi.memory.free(ref)]));
  for (const guest of [...guests].sort((one, other) => xapi.memory.demand(other.record) - xapi.memory.demand(one.record))) {
    const obstacle = immovable(xapi, guest, targets) ?? place(xapi, guest, free, moves);
    if (obstacle !== undefined) errors.set(guest.ref, obstacle);
  }
  return { moves, errors };
}

function candidates(xapi: Xapi, host: Ref): readonly Ref[] {
  const source = xapi.hosts.record(host);
  const others = xapi.hosts.all().filter(({ ref, record }) => ref !== host && flag(record, 'enabled') && xapi.hosts.isLive(ref));
  return others.filter(({ record }) => mayMigrate(source, record)).map(({ ref }) => ref);
}

function immovable(xapi: Xapi, guest: Row, targets: readonly Ref[]): ApiError | undefined {
  if (targets.length === 0) return new ApiError('NO_HOSTS_AVAILABLE', guest.ref);
  const protects = flag(xapi.hosts.pool().record, 'ha_enabled');
  if (protects && text(guest.record, 'ha_restart_priority') === '')
    return new ApiError('HOST_EVACUATE_VM_NOT_HA_PROTECTED', guest.ref);
  return refusalOf(() => {
    for (const target of targets) xapi.placement.assertCanRun(guest.ref, target, { cpu: true, memory: false });
    assertAllowed(xapi.database, guest.ref, 'pool_migrate', xapi.mixedMode.active);
  });
}

/** First fit by decreasing size, onto the host with most room. */
function place(xapi: Xapi, guest: Row, free: Map<Ref, number>, moves: { vm: Ref; to: Ref }[]): ApiError | undefined {
  const demand = xapi.memory.demand(guest.record);
  const [roomiest] = [...free].sort(([, one], [, other]) => other - one);
  if (roomiest === undefined || roomiest[1] < demand) return new ApiError('HOST_NOT_ENOUGH_FREE_MEMORY', guest.ref);
  free.set(roomiest[0], roomiest[1] - demand);
  moves.push({ vm: guest.ref, to: roomiest[0] });
  return undefined;
}
