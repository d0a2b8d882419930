// The packages of a made installation medium, and the lists in which an installer finds them: `repodata` from 7.0 on, `packages.main` before.
import type { ReleaseFacts } from '../releases';
import { compareVersions } from '../releases';
import type { Release } from '../world';

export type MediaFiles = Readonly<Record<string, Buffer | string>>;

/** Name and KiB. A real medium has some three hundred; these are as many as show an order. */
const PACKAGES: readonly (readonly [name: string, kib: number])[] = [
  ['glibc', 40],
  ['kernel', 64],
  ['xen-hypervisor', 24],
  ['xen-dom0-tools', 20],
  ['openvswitch', 16],
  ['sm', 12],
  ['xenopsd', 12],
  ['xapi-core', 32],
  ['grub', 8],
  ['branding', 4],
];

/** From here on an installer has RPMs and `.treeinfo`, and starts in UEFI mode as well. */
export function hasRepodata({ version }: Release): boolean {
  return compareVersions(version, '7.0.0') >= 0;
}

/** Filled with a text that tells what it is. */
export function filled(kib: number, text: string): Buffer {
  return Buffer.alloc(kib * 1024, `${text}\n`);
}

/** All files below the tree's root that tell what is to be installed, by absolute path. */
export function packageFiles(facts: ReleaseFacts): MediaFiles {
  return hasRepodata(facts.release) ? rpmFiles(facts) : archiveFiles(facts);
}

function rpmFiles({ release, productBrand, platform, build }: ReleaseFacts): MediaFiles {
  const { version } = release;
  const files = PACKAGES.map(([name, kib]) => [`/Packages/${name}-${version}-1.x86_64.rpm`, kib] as const);
  const locations = files.map(([path]) => `<package type="rpm"><location href="${path.slice(1)}"/></package>\n`);
  return {
    '/.treeinfo': treeInfo(productBrand, version, platform ?? '', build),
    '/repodata/repomd.xml': '<repomd><data type="primary"><location href="repodata/primary.xml"/></data></repomd>\n',
    '/repodata/primary.xml': `<metadata packages="${files.length}">\n${locations.join('')}</metadata>\n`,
    ...Object.fromEntries(files.map(([path, kib]) => [path, filled(kib, `${path} of ${productBrand} ${version}`)])),
  };
}

/** As 7.x and 8.x write it. */
function treeInfo(name: string, version: string, platform: string, build: string): string {
  const system = `[system-v1]\nplatform_name = XCP\nplatform_version = ${platform}\nproduct_name = ${name}\nproduct_version = ${version}\nbuild_number = ${build}\n`;
  return `${system}\n[general]\nfamily = ${name}\nversion = ${version}\n`;
}

function archiveFiles({ release, productBrand, build }: ReleaseFacts): MediaFiles {
  const { version } = release;
  const names = PACKAGES.map(([name, kib]) => [`${name}.tar.bz2`, kib] as const);
  const entries = names.map(([file, kib]) => `  <package label="${file}" type="tbz2" size="${kib * 1024}">${file}</package>\n`);
  const identity = `originator="xs" name="main" product="${productBrand}" version="${version}" build="${build}"`;
  return {
    '/packages.main/XS-REPOSITORY': `<repository ${identity}>\n</repository>\n`,
    '/packages.main/XS-PACKAGES': `<packages>\n${entries.join('')}</packages>\n`,
    ...Object.fromEntries(
      names.map(([file, kib]) => [`/packages.main/${file}`, filled(kib, `${file} of ${productBrand} ${version}`)]),
    ),
  };
}
