// Live migration between hosts of the pool. A guest that cannot arrive stays where it is.
import type { Cause } from '../world';
import { ApiError } from './apiError';
import { type Handlers, mapArgument, refArgument, VOID } from './call';
import { migrationTime } from './durations';
import type { Ref } from './liveDatabase';
import { map, refOf, text } from './recordFields';
import { mayMigrate } from './versions';
import { operate } from './vmOperations';
import { assertNotEvacuating, staysUp } from './vmPowerCalls';
import type { Xapi } from './xapi';

interface MigrationOrder {
  readonly vm: Ref;
  readonly to: Ref;
  /** Skips the look at CPU features. */
  readonly force: boolean;
  readonly task: Ref;
  readonly cause: Cause;
}

export function vmMigrationCalls(xapi: Xapi): Handlers {
  return {
    'VM.pool_migrate': async (call) => {
      const force = mapArgument(call, 2)['force'] === 'true';
      await migrate(xapi, { vm: refArgument(call, 0), to: refArgument(call, 1), force, task: call.task, cause: call.cause });
      return VOID;
    },
  };
}

export async function migrate(xapi: Xapi, order: MigrationOrder): Promise<void> {
  const { vm, to, task } = order;
  xapi.guests.record(vm);
  xapi.hosts.record(to);
  await operate(xapi, vm, 'pool_migrate', task, async () => {
    const from = refOf(xapi.guests.record(vm), 'resident_on');
    if (from === to) return;
    assertWay(xapi, order, from);
    xapi.guests.write(vm, { scheduled_to_be_resident_on: to });
    await transfer(xapi, order, from);
    xapi.guests.move(vm, to, order.cause);
  });
}

/** A licence of any host speaks for the pool (xenserver.md 7.3). */
function assertLicensed({ hosts }: Xapi): void {
  const forbids = hosts.all().some(({ record }) => map(record, 'license_params')['restrict_xen_motion'] === 'true');
  if (forbids) throw new ApiError('LICENCE_RESTRICTION', 'Xen_motion');
}

function assertWay(xapi: Xapi, { vm, to, force }: MigrationOrder, from: Ref): void {
  const { hosts, placement, mixedMode } = xapi;
  assertLicensed(xapi);
  if (mixedMode.active && !mayMigrate(hosts.record(from), hosts.record(to))) throw new ApiError('NOT_SUPPORTED_DURING_UPGRADE');
  placement.assertCanRun(vm, to, { cpu: !force, memory: true });
  assertNotEvacuating(xapi, to);
  placement.assertReachable(from);
  placement.assertReachable(to);
}

async function transfer(xapi: Xapi, { vm, to }: MigrationOrder, from: Ref): Promise<void> {
  const { guests, hosts, world } = xapi;
  const record = guests.record(vm);
  const fails = world.faults.strike('migration-fails', { vm: text(record, 'uuid'), host: hosts.uuid(from) }) !== undefined;
  const duration = migrationTime(record);
  const failed = (why: string): ApiError => new ApiError('VM_MIGRATE_FAILED', vm, from, to, why);
  const arrived = await staysUp(xapi, to, fails ? duration / 2 : duration);
  if (fails) throw failed('the memory image could not be received');
  if (guests.domain(vm)?.host !== hosts.uuid(from)) throw failed('the domain is no more');
  if (!arrived) throw failed('the destination went away');
}
