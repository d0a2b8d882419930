// The SRs on a host's own disk, which an installer that re-cuts the disk destroys.
import type { Guests, Sr } from '../../pool';

/** Attached SRs of the host's own disk, with or without disks on them. */
export function localSrs({ srs, pbds }: Guests, host: string): readonly Sr[] {
  const attached = new Set(pbds.filter((pbd) => pbd.host === host && pbd.attached).map(({ sr }) => sr));
  return srs.filter((sr) => attached.has(sr.uuid) && !sr.shared && (sr.type === 'lvm' || sr.type === 'ext'));
}
