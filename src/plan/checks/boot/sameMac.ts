// Two hosts with one MAC address: over the network they cannot be told apart, and neither can their installers, which the boot server knows by it.
import type { Host } from '../../pool';
import type { Check, CheckSituation, Finding } from '../check';
import { block, hostObject } from '../findings';
import { anyServed, SERVED, servedHosts } from './served';

const REMEDY =
  'give each card an address of its own (cards of virtual machines that were copied have that of the first); until then use boot method Staged or Manual for both';

export const sameMac: Check = {
  id: 'TwoHostsOneMac',
  title: 'No network card of one host has the address of another host’s',
  source: '5.2 (veto) and 5.3 of the XenServer reference',
  range: `${SERVED}: a block for a host that boots so and shares an address with any other`,
  remedy: REMEDY,
  moments: ['Planning', 'BeforeHost'],
  applies: anyServed,
  judge: (situation) => servedHosts(situation).flatMap((host) => doubles(situation, host)),
};

/** Each pair once where both boot so. */
function doubles(situation: CheckSituation, host: Host): readonly Finding[] {
  const { pool } = situation;
  const served = servedHosts(situation);
  const others = pool.hosts.filter(
    (other) => other !== host && !(served.includes(other) && pool.hosts.indexOf(other) < pool.hosts.indexOf(host)),
  );
  const own = macsOf(situation, host);
  return others.flatMap((other) =>
    macsOf(situation, other)
      .filter((mac) => own.includes(mac))
      .map((mac) =>
        block([hostObject(host), hostObject(other)], `hosts ${host.name} and ${other.name} both have a card ${mac}`, REMEDY),
      ),
  );
}

function macsOf({ inspection }: CheckSituation, { uuid }: Host): readonly string[] {
  return [...new Set((inspection.hosts[uuid]?.macs ?? []).map((mac) => mac.toLowerCase()))];
}
