// Suspending a guest to disk and waking it again.
import { sleep } from '../../foundation/clock';
import { ApiError } from './apiError';
import { type Call, flagArgument, type Handlers, refArgument, VOID } from './call';
import { suspendTime } from './durations';
import type { Ref } from './liveDatabase';
import { refOf } from './recordFields';
import { createSuspendImage, discardSuspendImage, suspendSr } from './suspendImages';
import { operate } from './vmOperations';
import { assertNotEvacuating, staysUp } from './vmPowerCalls';
import type { Xapi } from './xapi';

export function vmSuspendCalls(xapi: Xapi): Handlers {
  return {
    'VM.suspend': (call) => suspend(xapi, refArgument(call, 0), call),
    'VM.resume': (call) => resume(xapi, call, undefined, flagArgument(call, 1)),
    'VM.resume_on': (call) => resume(xapi, call, refArgument(call, 1), flagArgument(call, 2)),
  };
}

async function suspend(xapi: Xapi, vm: Ref, call: Call): Promise<string> {
  const { guests, placement, clock } = xapi;
  await operate(xapi, vm, 'suspend', call.task, async () => {
    const host = refOf(guests.record(vm), 'resident_on');
    placement.assertReachable(host);
    const image = createSuspendImage(xapi, vm, suspendSr(xapi, vm));
    guests.write(vm, { suspend_VDI: image });
    if ((await guests.goneWithin(vm, suspendTime(guests.record(vm)))) === 'gone') return discardSuspendImage(xapi, vm);
    guests.vanish(vm, 'Suspended', 'suspended', call.cause);
    await sleep(clock, 0);
  });
  return VOID;
}

async function resume(xapi: Xapi, call: Call, wanted: Ref | undefined, paused: boolean): Promise<string> {
  const { guests, placement, hosts, mixedMode } = xapi;
  const vm = refArgument(call, 0);
  if (wanted !== undefined) hosts.record(wanted);
  await operate(xapi, vm, wanted === undefined ? 'resume' : 'resume_on', call.task, async () => {
    if (wanted !== undefined) mixedMode.assertMayStartOn(wanted);
    const host = wanted ?? placement.choose(vm);
    placement.assertCanStart(vm, host);
    assertNotEvacuating(xapi, host);
    guests.write(vm, { scheduled_to_be_resident_on: host });
    if (!(await staysUp(xapi, host, suspendTime(guests.record(vm))))) throw new ApiError('CANNOT_CONTACT_HOST', host);
    guests.appear(vm, host, paused ? 'Paused' : 'Running', 'resumed', call.cause);
    discardSuspendImage(xapi, vm);
  });
  return VOID;
}
