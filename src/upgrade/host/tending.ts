// What is done about a host that boots by its BMC while its installer runs, and once it is back: the image is taken out when nobody reads from it any more, a
// machine that stands dark is powered on, and an installer that certainly has not reached the point of no return and gets nowhere is cut off once, so that
// the old system boots. Where evidence is missing nothing is done: that is a person's.
import { act, type Decision, type HostSituation } from '../decision';
import type { InstallerSight, MachineSight } from '../machineSight';
import { type HostState, timesTried, withEvidence, withHost } from '../state';
import { iso, millis, minutes } from '../time';
import { onHost } from './item';

/** Off for so long is no reset on its way. */
const DARK = minutes(1);
const TRIES = 3;

export function isByBmc({ bootMethod }: Pick<HostState, 'bootMethod'>): boolean {
  return bootMethod === 'VirtualMedia' || bootMethod === 'PXE';
}

interface Scene {
  readonly machine: MachineSight;
  /** Undefined: the boot server does not tell. */
  readonly installer: InstallerSight | undefined;
}

/** While the host is away. Undefined: wait. */
export function tending(situation: HostSituation): Decision | undefined {
  const { host } = situation;
  const scene = host.evidence.poweredOnAt === undefined ? undefined : sceneOf(situation);
  if (scene === undefined) return undefined;
  if (scene.machine.power === 'Off') return dark(situation, scene);
  const lit = host.evidence.darkSince === undefined ? undefined : undarkened(situation);
  return lit ?? (scene.installer?.completedAt === undefined ? stuck(situation, scene) : tidying(situation, scene.machine));
}

/** Undefined where the host does not boot by a BMC that is proven to be its own and answers. */
function sceneOf({ facts: { machine, installer }, host }: HostSituation): Scene | undefined {
  if (!isByBmc(host) || !machine.known || machine.value.identity.kind !== 'Proven') return undefined;
  return { machine: machine.value, installer: installer.known ? installer.value : undefined };
}

/** Off although it was powered on: after an installer that ends so, after our own cut, or because power failed. The disk boots, unless it is half written. */
function dark(situation: HostSituation, { machine, installer }: Scene): Decision | undefined {
  const { host, now } = situation;
  const since = millis(host.evidence.darkSince);
  if (since === undefined) return { kind: 'again', remember: (state) => withEvidence(state, host.uuid, { darkSince: iso(now) }) };
  if (now < since + DARK) return undefined;
  if (!hasEnded(host, installer)) return undefined;
  return tidying(situation, machine) ?? attempt(situation, 'PowerOn', { into: 'disk' });
}

/** Nothing is at work there any more: the installer said so, was cut off, never got anywhere, or was told to switch off at its end, whatever its result. */
function hasEnded({ evidence, boot }: HostState, installer: InstallerSight | undefined): boolean {
  if (evidence.cutOffAt !== undefined || installer?.completedAt !== undefined || installer?.side === 'Before') return true;
  return boot?.arguments.atExit === 'poweroff' && installer?.answeredAt !== undefined;
}

function undarkened({ host }: HostSituation): Decision {
  const { darkSince: _since, ...evidence } = host.evidence;
  return { kind: 'again', remember: (state) => withHost(state, host.uuid, { evidence }) };
}

/** The answer file was not fetched in time, or the installer stopped before it changed anything. */
function stuck(situation: HostSituation, { installer }: Scene): Decision | undefined {
  const { host, now, orders } = situation;
  if (installer === undefined || installer.side !== 'Before' || host.evidence.cutOffAt !== undefined) return undefined;
  const { installerStart, install } = orders.deadlines;
  const until = (millis(host.evidence.poweredOnAt) ?? now) + installerStart + (installer.answeredAt === undefined ? 0 : install);
  return now < until ? undefined : attempt(situation, 'PowerOff', { why: 'stuck' });
}

function isOfOurs(media: MachineSight['media']): boolean {
  return media === 'Ours' || media === 'Stale';
}

/** Nothing of ours is left at the BMC. Undefined: it is so, or it was tried often enough. */
export function tidying(situation: HostSituation, { media, override }: MachineSight): Decision | undefined {
  if (isOfOurs(media)) return attempt(situation, 'EjectMedia', {});
  return override === 'Cd' || override === 'Pxe' ? attempt(situation, 'ClearBootOverride', {}) : undefined;
}

/** Once the host is back. Undefined: go on. */
export function tidied(situation: HostSituation): Decision | undefined {
  const { host, now } = situation;
  const scene = host.evidence.tidiedAt === undefined ? sceneOf(situation) : undefined;
  if (scene === undefined) return undefined;
  const due = tidying(situation, scene.machine);
  if (due !== undefined) return due;
  const { media, override } = scene.machine;
  if (isOfOurs(media) || override === 'Cd' || override === 'Pxe') return undefined;
  return { kind: 'again', remember: (state) => withEvidence(state, host.uuid, { tidiedAt: iso(now) }) };
}

function attempt({ host, state }: HostSituation, effect: string, params: Readonly<Record<string, string>>): Decision | undefined {
  return timesTried(state, host.uuid, effect) < TRIES ? act([onHost(effect, host, params)]) : undefined;
}
