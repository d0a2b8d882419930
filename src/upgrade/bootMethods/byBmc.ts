// VirtualMedia and PXE: the host shuts down, and its BMC boots the installer: from our image in its virtual drive, or over the network. Everything that can be
// proven is proven while the host still serves: whose BMC it is, that its boot can be overridden, that it fetches the image. Then: off, armed, read back, on.
import { act, type Decision, fail, type HostSituation, type HostStep, next, wait } from '../decision';
import { onHost } from '../host/item';
import { servedFacts, unserved } from '../bootRecord';
import type { BootTarget, MachineSight } from '../machineSight';
import { exhausted, inSight } from '../sight';
import { attemptKey } from '../attempt';
import { type Evidence, type JournalItem } from '../state';
import { iso, millis } from '../time';
import type { BootMethodModule } from './bootMethod';
import { readyToLeave } from './readyToLeave';
import { shutDown } from './shutDown';

interface ByBmc {
  readonly name: 'VirtualMedia' | 'PXE';
  readonly target: BootTarget;
}

function methodBy(way: ByBmc): BootMethodModule {
  const leaving: HostStep = {
    needs: (host) =>
      host.evidence.leftAt === undefined ? ['pool', 'guests', 'hostTime', 'machine', ...servedFacts(host)] : ['machine'],
    decide(situation) {
      const { evidence } = situation.host;
      if (evidence.poweredOnAt !== undefined) return next('Installing');
      if (evidence.leftAt !== undefined)
        return unarmed(situation) ?? withMachine(situation, (machine) => arm(situation, way, machine));
      return inSight(situation, (pool) => readyToLeave(situation, pool, (seen) => leave(situation, way, seen)));
    },
  };
  return { name: way.name, leaving };
}

export const virtualMedia = methodBy({ name: 'VirtualMedia', target: 'Cd' });
export const pxe = methodBy({ name: 'PXE', target: 'Pxe' });

/** With the machine in sight and proven to be this host decide; what is proven to be another stops the run. */
export function withMachine(situation: HostSituation, decide: (machine: MachineSight) => Decision): Decision {
  const { facts, host } = situation;
  if (!facts.machine.known) return wait('BmcUnreachable', `the BMC of ${host.name} cannot be asked: ${facts.machine.why}`);
  const { identity } = facts.machine.value;
  if (identity.kind === 'Proven') return decide(facts.machine.value);
  const sentence = `the BMC that spec.hosts names for ${host.name}`;
  if (identity.kind === 'Mismatch') return fail('BmcOfAnotherHost', `${sentence} belongs to another machine: ${identity.why}`);
  return fail(
    'BmcNotProven',
    `${sentence} cannot be proven to be its own: ${identity.why}; give spec.hosts[].bmc.expectedSerial`,
  );
}

/** While the host still serves. */
function leave(situation: HostSituation, way: ByBmc, evidence: Evidence): Decision {
  return withMachine(situation, (machine) => {
    const refusal = unfit(situation, way, machine) ?? unserved(situation);
    if (refusal !== undefined) return refusal;
    if (way.target === 'Cd' && machine.media !== 'Ours') return insert(situation);
    const known = machine.identity.kind === 'Proven' ? { ...evidence, machine: machine.identity.as } : evidence;
    return shutDown(situation, known);
  });
}

function unfit({ host }: HostSituation, { target, name }: ByBmc, machine: MachineSight): Decision | undefined {
  const { targets, media, withheld } = machine;
  if (!targets.includes(target)) {
    const why = withheld === undefined ? '' : `: ${withheld}`;
    const remedy = `${withheld === undefined ? '' : 'do that, or '}choose another boot.method than ${name}`;
    return fail('BootNotOffered', `the BMC of ${host.name} cannot override a boot with ${target}${why}; ${remedy}`);
  }
  if (target !== 'Cd') return undefined;
  if (media === 'Unsupported')
    return fail(
      'MediaNotOffered',
      `the BMC of ${host.name} has no virtual drive, or no licence for it; choose another boot.method`,
    );
  if (media === 'Foreign')
    return fail('MediaOfSomebodyElse', `an image of somebody else is in the virtual drive of ${host.name}; eject it`);
  return undefined;
}

/** A BMC that cannot be asked for so long leaves the rest to a person: the host is off or about to be, and its installer was not begun. */
function unarmed({ facts, host, now, orders }: HostSituation): Decision | undefined {
  const { powerOff, installerStart } = orders.deadlines;
  const patient = now < (millis(host.evidence.leftAt) ?? now) + powerOff + installerStart;
  return facts.machine.known || patient ? undefined : next('AwaitingOperator');
}

/** Once the host was told to go: off, armed, read back, on. */
function arm(situation: HostSituation, way: ByBmc, machine: MachineSight): Decision {
  const { host } = situation;
  if (machine.power !== 'Off') return untilOff(situation, machine);
  if (way.target === 'Cd' && machine.media !== 'Ours') return insert(situation);
  if (machine.override !== way.target)
    return once(situation, onHost('SetBootOnce', host, { target: way.target }), 'BootNotOverridden');
  return once(situation, onHost('PowerOn', host, { into: 'installer', target: way.target }), 'PowerOnRefused');
}

function untilOff(situation: HostSituation, { power }: MachineSight): Decision {
  const { host, now, orders } = situation;
  const until = (millis(host.evidence.leftAt) ?? now) + orders.deadlines.powerOff;
  if (now < until) return wait('PoweringOff', `${host.name} shuts down; its power is ${power}`, until);
  if (power === 'Other') return wait('PoweringOff', `${host.name} is neither on nor off since ${iso(until)}`);
  return once(situation, onHost('PowerOff', host, { why: 'hung' }), 'PowerOffRefused');
}

function insert(situation: HostSituation): Decision {
  const { host, state } = situation;
  return once(situation, onHost('InsertMedia', host, { attempt: attemptKey(state, host) }), 'MediaNotInserted');
}

function once({ host, state }: HostSituation, item: JournalItem, reason: string): Decision {
  const sentence = `${item.effect} at ${host.name} came to nothing`;
  return exhausted(state, { object: host, effect: item.effect, times: 3, reason, sentence }) ?? act([item]);
}
