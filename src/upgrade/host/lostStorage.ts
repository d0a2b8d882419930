// Local SRs that the layout conversion destroyed because the user consented: expected to be missing afterwards.
import type { HostSituation } from '../decision';

/** Uuids of local SRs that may be gone after this host's upgrade. */
export function lostSrs({ host, baseline, orders }: HostSituation): readonly string[] {
  if (host.evidence.safe2upgrade !== 'true' || !orders.consent.destroyLocalStorage) return [];
  const settings = baseline?.settings[host.uuid] ?? {};
  return Object.keys(settings).flatMap((path) => {
    const match = /^PBD (.+)\/type$/.exec(path);
    if (match === null || settings[`PBD ${match[1]}/shared`] === 'true') return [];
    return settings[path] === 'lvm' || settings[path] === 'ext' ? [match[1]!] : [];
  });
}
