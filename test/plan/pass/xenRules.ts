// The rules of XenServer and of the user as the tests know them, written from the reference and not from the planner: who sees what, who may go where, and
// what becomes of whom.
import type { PassInput, PassPolicy } from '../../../src/plan/pass/passInput';
import type { Guest } from '../../../src/plan/pool';

const REAL = 32;

function bits(features: string): readonly string[] {
  return features.split('-').map((word) => Number.parseInt(word, 16).toString(2).padStart(REAL, '0'));
}

function offersAll(offered: string, wanted: string): boolean {
  const have = bits(offered);
  return bits(wanted).every((word, index) => [...word].every((bit, place) => bit === '0' || have[index]?.[place] === '1'));
}

function seesDisksAndNets({ world }: PassInput, guest: Guest, host: string): boolean {
  const disks = guest.srs.every((sr) => world.pbds.some((entry) => entry.sr === sr && entry.host === host && entry.attached));
  const nets = guest.networks.every((net) => {
    const hosts = world.networkHosts[net] ?? [];
    return hosts.length === 0 || hosts.includes(host);
  });
  return disks && nets;
}

function processorFits({ hosts, policy }: PassInput, guest: Guest, host: string): boolean {
  const { cpu } = hosts.find((entry) => entry.uuid === host)!;
  if (policy.forceMigration || guest.cpu === undefined || cpu === undefined) return true;
  return cpu.vendor === guest.cpu.vendor && offersAll(cpu.hvm, guest.cpu.features);
}

export function canRunOn(input: PassInput, guest: Guest, host: string): boolean {
  return seesDisksAndNets(input, guest, host) && processorFits(input, guest, host);
}

export type Fate = 'migrates' | 'suspends' | 'shuts down' | 'blocks';

export interface Judged {
  readonly migrates: boolean;
  /** When it must leave and does not migrate. */
  readonly otherwise: Exclude<Fate, 'migrates'>;
  readonly home: boolean;
  readonly rank: number;
}

/** Rules in these tests name guests by uuid. */
export function judged({ policy }: PassInput, guest: Guest): Judged {
  const rule = policy.rules.find((entry) => entry.uuids.includes(guest.uuid));
  const home = (rule?.return ?? policy.placement) === 'Home';
  const action = rule?.action ?? 'Migrate';
  const rank = haRank(guest) + (rule?.action === 'Migrate' ? 3 : 0);
  if (guest.powerState === 'Paused') return { migrates: false, otherwise: ifPaused(action, policy), home, rank };
  const otherwise = stopping(guest, action === 'Migrate' ? ifUnmovable(policy) : action, policy.forceShutdown);
  return { migrates: action === 'Migrate' && guest.immobile === undefined, otherwise, home, rank };
}

function ifUnmovable({ acceptDowntime, whenUnmovable }: PassPolicy): string {
  return acceptDowntime ? whenUnmovable : 'Block';
}

function ifPaused(action: string, policy: PassPolicy): Judged['otherwise'] {
  return action === 'Shutdown' && policy.forceShutdown ? 'shuts down' : 'blocks';
}

/** These tests know three priorities, from low to high. */
function haRank({ haPriority }: Guest): number {
  return ['', 'best-effort', 'restart'].indexOf(haPriority ?? '');
}

function stopping(guest: Guest, wish: string, force: boolean): Judged['otherwise'] {
  if (wish === 'Block') return 'blocks';
  if (wish === 'Suspend' && guest.insuspendable === undefined) return 'suspends';
  return guest.cleanShutdown || force ? 'shuts down' : 'blocks';
}

/** Where it may start or resume, memory and versions aside. */
export function canStartOn(input: PassInput, guest: Guest, host: string): boolean {
  if (input.waiting.includes(guest.uuid))
    return guest.powerState === 'Suspended' ? canRunOn(input, guest, host) : seesDisksAndNets(input, guest, host);
  const { otherwise, migrates } = judged(input, guest);
  if (otherwise === 'blocks' && migrates) return canRunOn(input, guest, host);
  if (otherwise === 'blocks') return host === homeOf(input, guest) && seesDisksAndNets(input, guest, host);
  return otherwise === 'suspends' ? canRunOn(input, guest, host) : seesDisksAndNets(input, guest, host);
}

export function homeOf({ homes }: PassInput, guest: Guest): string | undefined {
  return homes?.[guest.uuid] ?? guest.host;
}
