// Two hosts for which the manifest names one BMC: one of them is mistaken, and whichever it is, what is meant for it would reach the other.
import type { Host } from '../../pool';
import type { BmcPlace, BootTraits } from '../bootTraits';
import type { Check, Finding } from '../check';
import { block, hostObject } from '../findings';

const REMEDY = 'give each host the BMC that is its own (spec.hosts[].bmc.address)';

export const sameBmc: Check = {
  id: 'SameBmcTwice',
  title: 'No two hosts are named with one BMC',
  source: '1.5 (identity check) of the BMC reference',
  range: 'every boot method, where spec.hosts names BMCs',
  remedy: REMEDY,
  moments: ['Planning', 'BeforeHost'],
  applies: ({ inspection }) => Object.keys(inspection.boot?.bmcs ?? {}).length > 1,
  judge: ({ pool, inspection }) => (inspection.boot === undefined ? [] : pairs(pool.hosts, inspection.boot)),
};

function pairs(hosts: readonly Host[], { bmcs }: BootTraits): readonly Finding[] {
  return hosts.flatMap((one, index) =>
    hosts.slice(index + 1).flatMap((other) => {
      const [first, second] = [bmcs[one.uuid], bmcs[other.uuid]];
      if (!isSame(first?.place, second?.place)) return [];
      const found = `${first!.address} for ${one.name} and ${second!.address} for ${other.name}`;
      return [block([hostObject(one), hostObject(other)], `spec.hosts names one BMC for two hosts: ${found}`, REMEDY)];
    }),
  );
}

/** A BMC of several machines tells them apart by the path of the system; without one nobody does. */
function isSame(one: BmcPlace | undefined, other: BmcPlace | undefined): boolean {
  if (one === undefined || other === undefined || one.host !== other.host) return false;
  return one.system === other.system || one.system === '' || other.system === '';
}
