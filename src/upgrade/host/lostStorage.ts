// Local SRs that the layout conversion destroyed because the user consented: expected to be missing afterwards.
import type { HostSituation } from '../decision';

/** Uuids of local SRs that may be gone after this host's upgrade: those seen empty on a disk that was found fit to be re-cut. */
export function lostSrs({ host, orders }: Pick<HostSituation, 'host' | 'orders'>): readonly string[] {
  const { safe2upgrade, lostSrs: lost = '' } = host.evidence;
  return safe2upgrade === 'true' && orders.consent.destroyLocalStorage && lost !== '' ? lost.split(',') : [];
}
