// Whether the manifest names the image of each release that hosts are to boot into.
import { printRelease, sameRelease } from '../../release';
import type { Check } from '../check';
import { block } from '../findings';
import { anyServed, hostObjects, releasesDue, SERVED, servedHosts } from './served';

const REMEDY = 'name its image with its SHA-256 in spec.releases[].iso, or choose another boot method';

export const isoMissing: Check = {
  id: 'IsoMissing',
  title: 'The image of each release on the path is named',
  source: '5.4 of the XenServer reference: the installer is booted from the vendor’s image',
  range: `${SERVED}; before anything is touched all releases of the path, later that of the hop`,
  remedy: REMEDY,
  moments: ['Planning', 'BeforeHost'],
  applies: anyServed,
  judge(situation) {
    const hosts = servedHosts(situation);
    const { images = [] } = situation.hop;
    if (hosts.length === 0) return [];
    return releasesDue(situation)
      .filter((release) => !images.some((image) => sameRelease(image, release)))
      .map((release) => block(hostObjects(hosts), `spec.releases names no iso of ${printRelease(release)}`, REMEDY));
  },
};
