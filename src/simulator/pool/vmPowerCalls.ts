// Starting, stopping and pausing guests.
import { sleep } from '../../foundation/clock';
import { IGNORES_SHUTDOWN } from '../dump/made/guests';
import type { Cause } from '../world';
import { ApiError } from './apiError';
import { type Call, flagArgument, type Handlers, refArgument, VOID } from './call';
import { DOMAIN_BUILD, GUEST_BOOT, GUEST_SHUTDOWN, HARD_SHUTDOWN, PAUSE, SHUTDOWN_TIMEOUT } from './durations';
import type { Ref } from './liveDatabase';
import { map, NULL_REF, refOf, text } from './recordFields';
import { discardSuspendImage } from './suspendImages';
import { operate } from './vmOperations';
import type { Xapi } from './xapi';

export function vmPowerCalls(xapi: Xapi): Handlers {
  return {
    'VM.start': (call) => start(xapi, call, { vm: refArgument(call, 0), host: undefined, paused: flagArgument(call, 1) }),
    'VM.start_on': (call) =>
      start(xapi, call, { vm: refArgument(call, 0), host: refArgument(call, 1), paused: flagArgument(call, 2) }),
    'VM.clean_shutdown': async (call) => {
      const vm = refArgument(call, 0);
      await operate(xapi, vm, 'clean_shutdown', call.task, () => cleanShutdown(xapi, vm, call.cause));
      return VOID;
    },
    'VM.hard_shutdown': (call) => hardShutdown(xapi, refArgument(call, 0), call),
    'VM.shutdown': (call) => shutdown(xapi, refArgument(call, 0), call),
    'VM.pause': (call) => setPaused(xapi, call, true),
    'VM.unpause': (call) => setPaused(xapi, call, false),
    'VM.power_state_reset': (call) => {
      xapi.guests.settleOne(refArgument(call, 0));
      return VOID;
    },
    'VM.assert_can_boot_here': (call) => {
      xapi.placement.assertCanBootHere(refArgument(call, 0), existingHost(xapi, refArgument(call, 1)));
      return VOID;
    },
    'VM.get_possible_hosts': (call) => {
      xapi.guests.record(refArgument(call, 0));
      return xapi.placement.possibleHosts(refArgument(call, 0));
    },
    'VM.update_allowed_operations': (call) => {
      xapi.guests.write(refArgument(call, 0), {});
      return VOID;
    },
  };
}

function existingHost(xapi: Xapi, host: Ref): Ref {
  xapi.hosts.record(host);
  return host;
}

interface StartOrder {
  readonly vm: Ref;
  /** Chosen by XAPI when undefined. */
  readonly host: Ref | undefined;
  readonly paused: boolean;
}

/** Used by auto power-on too. */
export async function start(xapi: Xapi, call: Pick<Call, 'task' | 'cause'>, order: StartOrder): Promise<string> {
  const { guests, placement, mixedMode } = xapi;
  const { vm } = order;
  if (order.host !== undefined) existingHost(xapi, order.host);
  await operate(xapi, vm, order.host === undefined ? 'start' : 'start_on', call.task, async () => {
    if (order.host !== undefined) mixedMode.assertMayStartOn(order.host);
    const host = order.host ?? placement.choose(vm);
    placement.assertCanStart(vm, host);
    assertNotEvacuating(xapi, host);
    guests.write(vm, { scheduled_to_be_resident_on: host });
    if (!(await staysUp(xapi, host, DOMAIN_BUILD))) throw new ApiError('CANNOT_CONTACT_HOST', host);
    guests.appear(vm, host, order.paused ? 'Paused' : 'Running', 'started', call.cause);
    bootGuest(xapi, vm);
  });
  return VOID;
}

/** @throws ApiError HOST_EVACUATE_IN_PROGRESS */
export function assertNotEvacuating(xapi: Xapi, host: Ref): void {
  if (xapi.evacuating.has(host)) throw new ApiError('HOST_EVACUATE_IN_PROGRESS', host);
}

/** Waits; whether the host stayed up all the while. */
export async function staysUp(xapi: Xapi, host: Ref, ms: number): Promise<boolean> {
  const machine = xapi.world.machines.get(xapi.hosts.uuid(host))!;
  const { bootedAt } = machine;
  await sleep(xapi.clock, ms);
  return machine.state === 'Up' && machine.bootedAt === bootedAt;
}

/** Until the guest has booted its drivers are not reported, so nothing that needs them is allowed. */
function bootGuest(xapi: Xapi, vm: Ref): void {
  const { guests, clock, database } = xapi;
  const reported = refOf(guests.record(vm), 'guest_metrics');
  if (reported === NULL_REF) return;
  guests.write(vm, { guest_metrics: NULL_REF });
  clock.after(GUEST_BOOT, () => {
    if (database.get('VM', vm) !== undefined) guests.write(vm, { guest_metrics: reported });
  });
}

async function cleanShutdown(xapi: Xapi, vm: Ref, cause: Cause): Promise<void> {
  const { guests, placement, clock } = xapi;
  placement.assertReachable(refOf(guests.record(vm), 'resident_on'));
  if (ignoresShutdown(xapi, vm)) {
    if ((await guests.goneWithin(vm, SHUTDOWN_TIMEOUT)) === 'gone') return;
    throw new ApiError('VM_SHUTDOWN_TIMEOUT', vm, String(SHUTDOWN_TIMEOUT / 1_000));
  }
  if ((await guests.goneWithin(vm, GUEST_SHUTDOWN)) === 'gone') return;
  guests.vanish(vm, 'Halted', 'stopped', cause);
  await sleep(clock, 0);
}

function ignoresShutdown(xapi: Xapi, vm: Ref): boolean {
  const record = xapi.guests.record(vm);
  if (map(record, 'other_config')[IGNORES_SHUTDOWN] === 'true') return true;
  const object = { vm: text(record, 'uuid'), host: xapi.hosts.uuid(refOf(record, 'resident_on')) };
  return xapi.world.faults.strike('guest-ignores-shutdown', object) !== undefined;
}

async function hardShutdown(xapi: Xapi, vm: Ref, call: Call): Promise<string> {
  const { guests, placement, clock } = xapi;
  await operate(xapi, vm, 'hard_shutdown', call.task, async () => {
    const record = guests.record(vm);
    if (text(record, 'power_state') === 'Suspended') {
      discardSuspendImage(xapi, vm);
      return guests.write(vm, { power_state: 'Halted' });
    }
    placement.assertReachable(refOf(record, 'resident_on'));
    await sleep(clock, HARD_SHUTDOWN);
    if (guests.domain(vm) !== undefined) guests.vanish(vm, 'Halted', 'killed', call.cause);
  });
  return VOID;
}

async function shutdown(xapi: Xapi, vm: Ref, call: Call): Promise<string> {
  try {
    return await operate(xapi, vm, 'clean_shutdown', call.task, () => cleanShutdown(xapi, vm, call.cause)).then(() => VOID);
  } catch (error) {
    if (!(error instanceof ApiError)) throw error;
    return hardShutdown(xapi, vm, call);
  }
}

async function setPaused(xapi: Xapi, call: Call, paused: boolean): Promise<string> {
  const vm = refArgument(call, 0);
  await operate(xapi, vm, paused ? 'pause' : 'unpause', call.task, async () => {
    xapi.placement.assertReachable(refOf(xapi.guests.record(vm), 'resident_on'));
    await sleep(xapi.clock, PAUSE);
    if (xapi.guests.domain(vm) !== undefined) xapi.guests.setPaused(vm, paused, call.cause);
  });
  return VOID;
}
