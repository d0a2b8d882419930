// Whether the boot server can serve the images that the manifest names: fetched, of the checksum named, understood, and good for the firmware of the hosts.
import type { Host } from '../../pool';
import { printRelease, type Release, sameRelease } from '../../release';
import type { MediaOffer } from '../bootTraits';
import type { Check, CheckSituation, Finding } from '../check';
import { block, cannotTell, listNames, warn } from '../findings';
import { anyServed, hostObjects, offerFor, releasesDue, SERVED, servedHosts, withBoot } from './served';

const REMEDY =
  'correct spec.releases[].iso (`xenpool iso inspect` shows what is wrong with an image), or choose another boot method';
const WAIT =
  'wait until the boot server has read it; if that takes longer than the image is large, look at the log of the boot server';

export const isoUsable: Check = {
  id: 'IsoNotUsable',
  title: 'The boot server can serve the image of each release on the path',
  source: '5.4 of the XenServer reference: what is understood of the vendor’s image',
  range: `${SERVED}: a block for an image that is refused or lacks the firmware mode named; a warning for one that starts in one mode only where the mode is not named; while an image is read through it is waited for`,
  remedy: REMEDY,
  moments: ['Planning', 'BeforeHost'],
  applies: anyServed,
  judge: (situation) =>
    withBoot(situation, ({ offers }) => {
      const hosts = servedHosts(situation);
      // That no image is named, or that nobody serves any, other checks tell.
      const named = releasesDue(situation).filter((due) => situation.hop.images?.some((image) => sameRelease(image, due)));
      if (offers === undefined || hosts.length === 0 || named.length === 0) return [];
      if (!offers.known) return [awaited(hosts, `what the boot server has to offer cannot be told: ${offers.why}`)];
      return named.flatMap((release) => judgeOffer(situation, hosts, release, offerFor(offers.value, release)));
    }),
};

function judgeOffer(
  situation: CheckSituation,
  hosts: readonly Host[],
  release: Release,
  offer: MediaOffer | undefined,
): readonly Finding[] {
  const image = `the image of ${printRelease(release)}`;
  const state = offer?.state ?? 'Unseen';
  switch (state) {
    case 'Unseen':
      return [awaited(hosts, `the boot server has not looked at ${image} yet`)];
    case 'Checking':
      return [awaited(hosts, `the boot server still reads through ${image}`)];
    case 'Refused':
      return [block(hostObjects(hosts), `the boot server refuses ${image}: ${offer!.why}`, REMEDY)];
    case 'Ready':
      return judgeFirmware(situation, hosts, image, offer!);
  }
}

function awaited(hosts: readonly Host[], message: string): Finding {
  return { ...cannotTell(hostObjects(hosts), message, WAIT), passing: true };
}

type Firmware = 'UEFI' | 'BIOS';

function judgeFirmware(
  { orders }: CheckSituation,
  hosts: readonly Host[],
  image: string,
  { firmware }: MediaOffer,
): readonly Finding[] {
  const wished = (host: Host): string => orders.boot?.firmware[host.uuid] ?? 'Auto';
  return (['UEFI', 'BIOS'] satisfies readonly Firmware[])
    .filter((mode) => !firmware.includes(mode))
    .flatMap((mode) => {
      const certain = hosts.filter((host) => wished(host) === mode);
      const maybe = hosts.filter((host) => wished(host) === 'Auto');
      const found = `${image} does not start in ${mode} mode`;
      return [
        ...(certain.length === 0 ? [] : [block(hostObjects(certain), `${found}, in which ${listNames(certain)} boot`, REMEDY)]),
        ...(maybe.length === 0 ? [] : [warn(hostObjects(maybe), `${found}; hosts that boot so would find nothing to boot`, SAY)]),
      ];
    });
}

const SAY = 'say in spec.boot.firmware or spec.hosts[].boot.firmware in which mode the hosts boot';
