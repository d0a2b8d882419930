// Effects on one machine through its BMC. None shares a journal entry with another; each proves anew, right before it is sent, that the BMC is that of this
// host (I14), and those that take power away or lead into an installer that no guest can be there (I1): the host was seen empty and out of service, its
// order to go was accepted, and nothing has happened since.
import type { Fact } from '../../foundation/fact';
import type { Outcome } from '../ports';
import type { BootTarget, MachineSight } from '../machineSight';
import { type HostState, withEvidence } from '../state';
import { iso, minutes, seconds } from '../time';
import { allowed, done, type Effect, type EffectContext, forbidden, type Guard, notDone, type Sight, unsure } from './effect';

const base = { destructive: true, needs: ['machine'], stage: 0, settle: seconds(30) } as const satisfies Partial<Effect>;

/** Of itself it does no harm, and it is tried while the host still serves: an image that cannot be fetched must not cost an outage. */
export const insertMedia: Effect = {
  ...base,
  name: 'InsertMedia',
  destructive: false,
  settle: minutes(2),
  guard: (context) =>
    onProven(context, ({ media }) => (media === 'Foreign' ? forbidden('somebody else’s image is in the drive') : allowed)),
  isDone: (context) => seen(context, ({ media }) => media === 'Ours'),
  perform: ({ machines }, { item }, prove) => machines.insertMedia(item.object, prove),
  remember: (state, { item, now }) => withEvidence(state, item.object, { insertedAt: iso(now) }),
};

/** Never while an installer may read from it: the phases see to that, and the image is fetched again by nobody once it is done. */
export const ejectMedia: Effect = {
  ...base,
  name: 'EjectMedia',
  destructive: false,
  guard: (context) => onProven(context, () => allowed),
  isDone: (context) => seen(context, ({ media }) => media !== 'Ours' && media !== 'Stale'),
  perform: ({ machines }, { item }, prove) => machines.ejectMedia(item.object, prove),
};

/** Set while the machine is off, right before it is powered on: an override that stands while it runs would meet whoever reboots it. */
export const setBootOnce: Effect = {
  ...base,
  name: 'SetBootOnce',
  guard: (context) =>
    hasGone(context, ({ power }) => (power === 'Off' ? allowed : forbidden(`${context.item.name} is not powered off`))),
  isDone: (context) => seen(context, ({ override }) => override === targetOf(context)),
  perform: ({ machines }, context, prove) => machines.setBootOnce(context.item.object, targetOf(context), prove),
};

export const clearBootOverride: Effect = {
  ...base,
  name: 'ClearBootOverride',
  destructive: false,
  guard: (context) => onProven(context, () => allowed),
  isDone: (context) => seen(context, ({ override }) => override === 'None'),
  perform: ({ machines }, { item }, prove) => machines.clearBootOverride(item.object, prove),
};

/** `into` an installer, or `home` into what is on the disk. */
export const powerOn: Effect = {
  ...base,
  name: 'PowerOn',
  settle: minutes(1),
  guard: (context) => hasGone(context, (machine) => mayPowerOn(context, machine)),
  isDone: (context) => seen(context, ({ power }) => power === 'On'),
  perform: ({ machines }, { item }, prove) => machines.powerOn(item.object, prove),
  remember: (state, { item, now }) =>
    item.params['into'] === 'installer' ? withEvidence(state, item.object, { poweredOnAt: iso(now) }) : state,
};

/** Of a host that accepted to go and hangs, or whose installer certainly has not reached the point of no return and gets nowhere. */
export const powerOff: Effect = {
  ...base,
  name: 'PowerOff',
  settle: minutes(1),
  needs: ['machine', 'installer'],
  guard: (context) => hasGone(context, () => mayCutOff(context)),
  isDone: (context) => seen(context, ({ power }) => power === 'Off'),
  perform: ({ machines }, { item }, prove): Promise<Outcome> => machines.powerOff(item.object, prove),
  remember: (state, { item, now }) =>
    item.params['why'] === 'stuck' ? withEvidence(state, item.object, { cutOffAt: iso(now) }) : state,
};

function targetOf({ item }: EffectContext): BootTarget {
  return item.params['target'] === 'Pxe' ? 'Pxe' : 'Cd';
}

function mayPowerOn(context: EffectContext, { power, override, media }: MachineSight): Guard {
  const { item } = context;
  if (power !== 'Off') return forbidden(`${item.name} is not powered off`);
  if (item.params['into'] !== 'installer') {
    if (override !== 'None') return forbidden(`the next boot of ${item.name} is overridden`);
    return media === 'Ours' || media === 'Stale'
      ? forbidden(`the installer’s image is still in the drive of ${item.name}`)
      : allowed;
  }
  if (override !== targetOf(context)) return forbidden(`the next boot of ${item.name} is not overridden as wanted`);
  if (targetOf(context) === 'Cd' && media !== 'Ours')
    return forbidden(`the installer’s image is not in the drive of ${item.name}`);
  return allowed;
}

function mayCutOff({ facts, item, state }: EffectContext): Guard {
  const poweredOn = hostIn(state.hosts, item.object)?.evidence.poweredOnAt !== undefined;
  if (item.params['why'] !== 'stuck')
    return poweredOn ? forbidden(`${item.name} was powered on since, into an installer`) : allowed;
  if (!facts.installer.known) return forbidden(facts.installer.why);
  const { side } = facts.installer.value;
  return side === 'Before' ? allowed : forbidden(`the installer of ${item.name} may be past the point of no return`);
}

/** I1 and I14: the order to go was accepted of a host that was empty then, it is the one in work, and the BMC is its own. */
function hasGone(context: EffectContext, judge: (machine: MachineSight) => Guard): Guard {
  const host = hostIn(context.state.hosts, context.item.object);
  if (host?.evidence.leftAt === undefined) return forbidden(`${context.item.name} was not told to go, or did not accept it`);
  if (host.evidence.returnedAt !== undefined) return forbidden(`${context.item.name} was seen back since`);
  return onProven(context, judge);
}

function onProven({ facts }: EffectContext, judge: (machine: MachineSight) => Guard): Guard {
  const { machine } = facts;
  if (!machine.known) return forbidden(machine.why);
  const { identity } = machine.value;
  return identity.kind === 'Proven' ? judge(machine.value) : forbidden(identity.why);
}

function seen({ facts }: EffectContext, test: (machine: MachineSight) => boolean): Sight {
  const machine: Fact<MachineSight> = facts.machine;
  if (!machine.known) return unsure(machine.why);
  return test(machine.value) ? done : notDone;
}

function hostIn(hosts: readonly HostState[], uuid: string): HostState | undefined {
  return hosts.find((host) => host.uuid === uuid);
}
