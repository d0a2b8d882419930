// Every effect there is, by name: a journal entry holds names, and after a crash this is where they are found again.
import type { Effect } from './effect';
import * as fix from './fixEffects';
import * as guest from './guestEffects';
import * as host from './hostEffects';
import * as machine from './machineEffects';
import * as pool from './poolEffects';
import { powerOnMember } from './powerOnMember';

const all: readonly Effect[] = [
  pool.claimPool,
  pool.releasePool,
  pool.disableHa,
  pool.enableHa,
  pool.setHaTolerance,
  pool.setWlb,
  pool.setAutoPoweron,
  pool.clearAutoPoweron,
  pool.syncDatabase,
  pool.restartAgent,
  pool.takeBackup,
  fix.setHealthCheck,
  fix.setSslLegacy,
  fix.setPowerOnMode,
  host.disableHost,
  host.enableHost,
  host.plugPbd,
  host.stageInstaller,
  host.rebootHost,
  host.shutdownHost,
  powerOnMember,
  machine.insertMedia,
  machine.ejectMedia,
  machine.setBootOnce,
  machine.clearBootOverride,
  machine.powerOn,
  machine.powerOff,
  guest.migrate,
  guest.suspend,
  guest.cleanShutdown,
  guest.hardShutdown,
  guest.start,
  guest.ejectCd,
  guest.insertCd,
  guest.unmarkGuest,
];

const byName: ReadonlyMap<string, Effect> = new Map(all.map((effect) => [effect.name, effect]));

/** @throws for a name no effect has: a journal written by a newer controller */
export function effectNamed(name: string): Effect {
  const effect = byName.get(name);
  if (effect === undefined)
    throw new Error(`the journal names an effect ${name} that this version does not know; run the version that wrote it`);
  return effect;
}
