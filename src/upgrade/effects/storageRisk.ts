// The staging plugin decides by itself to re-cut the disk of a host that goes from below 7.0 to 7.0 or later when its local SR is big enough and holds no
// VDI; the SR is gone then. Nobody who did not consent shall lose it.
import { compareVersions } from '../../plan/release';
import type { Pool, Guests, Sr } from '../../plan/pool';
import type { Facts } from '../facts';
import type { Orders } from '../orders';
import type { RunState } from '../state';

/** @returns what forbids staging at this host, undefined when nothing does */
export function localStorageAtRisk(facts: Facts, host: string, orders: Orders, state: RunState): string | undefined {
  const target = state.hosts.find((entry) => entry.uuid === host)?.to;
  if (!facts.pool.known || !facts.guests.known || target === undefined) return 'the pool is not in sight';
  if (!recutsDisk(facts.pool.value, host, target) || orders.consent.destroyLocalStorage) return undefined;
  if (!facts.staging.known) return facts.staging.why;
  return riskOf(facts.staging.value[host], emptyLocalSrs(facts.guests.value, host), target);
}

function riskOf(answer: string | undefined, lost: readonly Sr[], target: string): string | undefined {
  if (answer === undefined) return 'it did not say whether its disk would be re-cut';
  return answer === 'true' ? lossOf(lost, target) : undefined;
}

function lossOf(lost: readonly Sr[], target: string): string | undefined {
  if (lost.length === 0) return undefined;
  const names = lost.map((sr) => `${sr.name} (${sr.uuid})`).join(', ');
  const remedy = 'set spec.consent.destroyLocalStorage to true to give it up, or put a disk on it to keep it';
  return `the installer of ${target} would re-cut the disk and destroy ${names}; ${remedy}`;
}

/** From below 7.0 to 7.0 or later: the only hops on which the layout changes. */
export function recutsDisk(pool: Pool, host: string, target: string): boolean {
  const version = pool.hosts.find((entry) => entry.uuid === host)?.version.release.version;
  return version !== undefined && compareVersions(version, '7.0') < 0 && compareVersions(target, '7.0') >= 0;
}

/** Attached local lvm or ext SRs of the host without a VDI. */
export function emptyLocalSrs({ srs, pbds }: Guests, host: string): readonly Sr[] {
  const attached = new Set(pbds.filter((pbd) => pbd.host === host && pbd.attached).map((pbd) => pbd.sr));
  return srs.filter((sr) => attached.has(sr.uuid) && !sr.shared && (sr.type === 'lvm' || sr.type === 'ext') && sr.vdis === 0);
}
