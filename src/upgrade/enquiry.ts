// What the hosts themselves are to be asked for the checks, and of which: each host costs several calls, so that only those are asked whose turn is to come.
import { isServed } from '../plan/checks/boot/served';
import type { Release } from '../plan/release';
import { repositoryFor } from './repository';
import type { Orders } from './orders';
import type { RunState } from './state';

export interface Enquiry {
  /** Repository of the hop's installer; undefined where none is named. */
  readonly repository: string | undefined;
  /** Release of the hop's installer. */
  readonly to: Release;
  readonly hosts: readonly {
    readonly uuid: string;
    /** It is upgraded by the staging plugin, which can tell of repository and disk. */
    readonly staged: boolean;
    /** It boots from the boot server: what that has to give matters, and what its BMC says where one is named. */
    readonly served: boolean;
  }[];
  /** Changes when a person wants to have it looked at afresh. */
  readonly word: string;
}

/** Undefined while the step in flight is accounted for: then only the pool's records matter. */
export function enquiryOf(state: RunState, orders: Orders): Enquiry | undefined {
  const { plan, hosts, journal, phase } = state;
  if (plan === undefined || journal !== undefined) return undefined;
  const pending = hosts.filter((host) => host.phase === 'Pending');
  const concerned = phase === 'Upgrading' ? pending.slice(0, 1) : pending;
  return {
    to: { brand: plan.hop.toBrand, version: plan.hop.to },
    repository: repositoryFor(orders, plan.hop.to, plan.hop.toBrand),
    hosts: concerned.map(({ uuid, bootMethod }) => ({ uuid, staged: bootMethod === 'Staged', served: isServed(bootMethod) })),
    word: state.handled?.['retry'] ?? '',
  };
}
