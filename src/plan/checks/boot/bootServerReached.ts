// Whether each host reaches the boot server over its own network, asked of the host: what the controller reaches says nothing.
import type { BootTraits } from '../bootTraits';
import type { Check, Finding } from '../check';
import type { Host } from '../../pool';
import { block, cannotTell, hostObject } from '../findings';
import { anyServed, SERVED, servedHosts, withBoot } from './served';

const REMEDY =
  'open the way from the management network of the host to the boot server, or correct its address (spec.boot.serverURLs.hosts, or --boot-url of the controller)';

export const bootServerReached: Check = {
  id: 'BootServerNotReached',
  title: 'Each host reaches the boot server',
  source: '4.7 (testUrl) of the XenServer reference',
  range: `${SERVED}; hosts whose staging plugin can be asked (6.0 and later), once the boot server has the image ready; targets from 7.0 on`,
  remedy: REMEDY,
  moments: ['Planning', 'BeforeHost'],
  applies: anyServed,
  judge: (situation) =>
    withBoot(situation, (boot) => servedHosts(situation).flatMap((host) => judgeHost(host, boot.reaches?.[host.uuid]))),
};

/** A host that was not asked: the image is not ready yet, which another check tells. */
function judgeHost(host: Host, reach: NonNullable<BootTraits['reaches']>[string] | undefined): readonly Finding[] {
  const objects = [hostObject(host)];
  if (reach === undefined) return [];
  if (!reach.known)
    return [cannotTell(objects, `host ${host.name} does not tell whether it reaches the boot server: ${reach.why}`, REMEDY)];
  if (reach.value.kind !== 'Refused') return [];
  return [block(objects, `host ${host.name} does not reach the boot server: ${reach.value.why}`, REMEDY)];
}
