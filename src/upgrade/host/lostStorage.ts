// Local SRs that the layout conversion destroyed because the user consented: expected to be missing afterwards.
import type { HostSituation } from '../decision';
import type { Evidence } from '../state';

/**
 * Uuids of local SRs that may be gone after this host's upgrade: those seen empty on a disk that was found fit to be re-cut, and those that an earlier hop
 * gave up.
 */
export function lostSrs({ host, orders }: Pick<HostSituation, 'host' | 'orders'>): readonly string[] {
  return [...(host.gaveUp ?? []), ...(orders.consent.destroyLocalStorage ? givenUp(host.evidence) : [])];
}

export function givenUp({ safe2upgrade, lostSrs: lost = '' }: Evidence): readonly string[] {
  return safe2upgrade === 'true' && lost !== '' ? lost.split(',') : [];
}
