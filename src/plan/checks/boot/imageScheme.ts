// Whether a BMC takes images by the scheme of the URL under which the boot server shows them to it. A BMC that does not would refuse the image only when its host has
// been emptied.
import type { Host } from '../../pool';
import type { Check, CheckSituation, Finding } from '../check';
import type { BootTraits } from '../bootTraits';
import { block, hostObject, listNames, warn } from '../findings';
import { answers, hostObjects, judgeMachines, withBoot } from './served';

const REMEDY =
  'show BMCs the boot server by a scheme that they take, for https e.g. by a proxy before it (spec.boot.serverURLs.bmcs, or --boot-bmcs-url of the controller), or choose PXE, Staged or Manual for the host (spec.hosts[].boot.method)';
const LOOK =
  'look into the manual of the BMC; one that does not take the image refuses it when the host has been emptied and is still up, and the run halts there';

export const imageScheme: Check = {
  id: 'MediaSchemeNotOffered',
  title: 'The BMC takes images by the scheme of the boot server’s URL',
  source: '1.8 (virtual media) of the BMC reference',
  range: 'boot method VirtualMedia, by what the BMC lists, else by the table of dialects; a warning where neither tells',
  remedy: REMEDY,
  moments: ['Planning', 'BeforeHost'],
  applies: ({ orders }) => Object.values(orders.methods).includes('VirtualMedia'),
  judge: (situation) =>
    withBoot(situation, (boot) => {
      // Without an address there is nothing to compare; that nobody serves another check tells.
      if (boot.imageScheme === undefined) return [];
      return [...refusals(situation, boot.imageScheme), ...untold(situation, boot, boot.imageScheme)];
    }),
};

function refusals(situation: CheckSituation, scheme: string): readonly Finding[] {
  return judgeMachines(situation, ({ schemes }, { host, subject, method }) => {
    if (method !== 'VirtualMedia' || schemes === undefined || schemes.includes(scheme)) return undefined;
    const message = `${subject} takes images by ${schemes.join(', ')}; the boot server shows them to BMCs by ${scheme}`;
    return block([hostObject(host)], message, REMEDY);
  });
}

function untold(situation: CheckSituation, boot: BootTraits, scheme: string): readonly Finding[] {
  const hosts = answers(situation, boot).flatMap(({ host, answer }): readonly Host[] => {
    if (situation.orders.methods[host.uuid] !== 'VirtualMedia' || answer.kind !== 'Told') return [];
    const { schemes, media } = answer.machine;
    return schemes === undefined && media !== 'Unsupported' ? [host] : [];
  });
  if (hosts.length === 0) return [];
  const message = `the BMCs of these hosts do not say whether they take images by ${scheme}, which most do: ${listNames(hosts)}`;
  return [warn(hostObjects(hosts), message, LOOK)];
}
