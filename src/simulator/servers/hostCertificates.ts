// Which certificate each host of a served pool shows: the one it began with, and after the fault `certificate-changes` another of the same authority. Keys come
// from outside the world's chance, so those that were issued are kept, and a record that is repeated takes them again.
import type { SimulatedWorld } from '../createWorld';
import type { PoolHost } from '../dump';
import type { IssuedCertificate } from '../kept/happening';
import type { HostUuid } from '../world';
import { type Authority, type Certificate, certificateOf } from './certificates';

export interface HostCertificatesSettings {
  readonly world: SimulatedWorld;
  readonly hosts: readonly PoolHost[];
  readonly authority: Authority;
  /** What the hosts began with, by address; what is missing is issued. */
  readonly first: ReadonlyMap<string, Certificate>;
  /** Issued by the processes before, in order. */
  readonly later: readonly IssuedCertificate[];
  /** Told of one that is issued after the beginning. */
  readonly onIssued: (issued: IssuedCertificate) => void;
}

export class HostCertificates {
  private readonly shown: Map<HostUuid, Certificate>;
  private readonly later: Map<HostUuid, IssuedCertificate[]>;

  constructor(private readonly settings: HostCertificatesSettings) {
    const { world, hosts, authority, first, later } = settings;
    this.shown = new Map(hosts.map(({ uuid, address }) => [uuid, first.get(address) ?? authority.issue(address)]));
    this.later = new Map(hosts.map(({ uuid }) => [uuid, later.filter(({ host }) => host === uuid)]));
    world.bus.on((event) => {
      // As after an upgrade of a system that was installed before 8.0.
      const renews = event.kind === 'machine' && event.change === 'up' && changes(world, event.host);
      if (renews) this.renew(event.host);
    });
  }

  of(host: HostUuid): Certificate | undefined {
    return this.shown.get(host);
  }

  private renew(host: HostUuid): void {
    const known = this.later.get(host)?.shift();
    this.shown.set(host, known === undefined ? this.issue(host) : certificateOf(known));
  }

  private issue(host: HostUuid): Certificate {
    const { hosts, authority, onIssued } = this.settings;
    const issued = authority.issue(hosts.find(({ uuid }) => uuid === host)!.address);
    onIssued({ kind: 'certificate', host, key: issued.key, cert: issued.cert });
    return issued;
  }
}

function changes({ faults }: SimulatedWorld, host: HostUuid): boolean {
  return faults.strike('certificate-changes', { host }) !== undefined;
}
