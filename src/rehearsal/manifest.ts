// The manifest that rehearse makes when none is given, and how any manifest is fitted to the simulated pool: addresses and Secrets are replaced by
// simulated ones of the same names, everything else stands as the user wrote it.
import { stringify } from 'yaml';
import type { BootMethod, PoolUpgrade } from '../api/generated/poolUpgrade';
import { validateManifest } from '../api/manifest';
import { vendorIso } from '../simulator/media/vendorIso';
import type { FirmwareMode } from '../simulator/world';
import { newestReachable, planPath } from '../plan/path';
import { type Brand, brandOf, printRelease, type Release } from '../plan/release';

export interface SimulatedPool {
  readonly name: string;
  readonly release: Release;
  /** Origins, the master's first. */
  readonly endpoints: readonly string[];
  /** Names; UUIDs where a name stands for several. */
  readonly hosts: readonly string[];
}

/** How the hosts of a made manifest boot. */
export interface MadeBoot {
  readonly method: BootMethod;
  readonly firmware: FirmwareMode | undefined;
}

export type MadeManifest =
  | { readonly ok: true; readonly manifest: PoolUpgrade }
  | { readonly ok: false; readonly reason: string; readonly message: string };

/** `8.2.1` or `XCP-ng 8.2.1`. */
export function parseRelease(text: string, brand: Brand): Release {
  const named = /^(XCP-ng|XenServer)[\s:-]+(.+)$/.exec(text);
  return named === null ? { brand, version: text } : { brand: brandOf(named[1]), version: named[2]! };
}

/**
 * Target: the given one, by as many hops as it takes, else the newest release of the pool's brand that one hop reaches. Every stop has a repository.
 * Consents: undocumented hops and downtime, none to destroy.
 */
export function makeManifest(pool: SimulatedPool, wished: string | undefined, boot?: MadeBoot): MadeManifest {
  const target = wished === undefined ? newestReachable(pool.release) : parseRelease(wished, pool.release.brand);
  if (target === undefined) {
    return {
      ok: false,
      reason: 'NoDirectPath',
      message: `no release can be reached from ${printRelease(pool.release)} in one hop; name one with --target to read why`,
    };
  }
  const object = {
    apiVersion: 'xenpool.dev/v1alpha1',
    kind: 'PoolUpgrade',
    metadata: { name: resourceName(pool.name), namespace: 'rehearsal' },
    spec: {
      pool: { endpoints: pool.endpoints, credentialsRef: { name: 'pool-credentials' }, tls: { insecureSkipVerify: true } },
      target,
      releases: stopsTo(pool.release, target).map((stop) => ({
        ...stop,
        repository: { url: repositoryOf(stop) },
        ...imageOf(stop, boot),
      })),
      ...bootOf(pool, boot),
      vms: { forceShutdownAfter: '10m' },
      consent: { undocumentedHops: true, acceptDowntime: true },
    },
  };
  const checked = validateManifest(object);
  if (checked.ok) return checked;
  return { ok: false, reason: 'InvalidManifest', message: checked.problems.map((problem) => problem.message).join('; ') };
}

/** A target that no path leads to is asked for all the same: the run says why it is refused. */
function stopsTo(from: Release, target: Release): readonly Release[] {
  const way = planPath(from, target, { consent: { undocumentedHops: true } });
  return way.ok ? way.hops.map(({ to }) => to) : [target];
}

type ByBmc = 'VirtualMedia' | 'PXE';

function isByBmc(method: MadeBoot['method'] | undefined): method is ByBmc {
  return method === 'VirtualMedia' || method === 'PXE';
}

function bootOf({ hosts }: SimulatedPool, boot: MadeBoot | undefined): object {
  if (boot === undefined) return {};
  const { method, firmware } = boot;
  const settings = { boot: { method, ...(firmware === undefined ? {} : { firmware }) } };
  if (!isByBmc(method)) return settings;
  const named = hosts.map((name, index) => ({ name, bmc: { address: bmcAddress(index), ...BMC_LOGIN } }));
  return { ...settings, hosts: named };
}

const BMC_LOGIN = { credentialsRef: { name: 'bmc-credentials' }, tls: { insecureSkipVerify: true } } as const;

function bmcAddress(index: number): string {
  return `redfish+https://bmc-${index + 1}.rehearsal.invalid`;
}

function imageOf(release: Release, boot: MadeBoot | undefined): object {
  if (!isByBmc(boot?.method)) return {};
  const { brand, version } = release;
  return { iso: { url: `https://mirror.invalid/${brand}-${version}.iso`, sha256: vendorIso(release).sha256 } };
}

function repositoryOf({ brand, version }: Release): string {
  return `http://repository.invalid/${brand}/${version}/`;
}

/** The manifest with the simulated pool's addresses and the checksums of the images that are played; names of Secrets stay. */
export function fitToPool(manifest: PoolUpgrade, pool: SimulatedPool): PoolUpgrade {
  const namespace = manifest.metadata.namespace ?? 'rehearsal';
  return {
    ...manifest,
    metadata: { ...manifest.metadata, namespace },
    spec: { ...manifest.spec, pool: { ...manifest.spec.pool, endpoints: pool.endpoints }, ...playedImages(manifest, pool) },
  };
}

function playedImages({ spec }: PoolUpgrade, pool: SimulatedPool): Partial<PoolUpgrade['spec']> {
  if (spec.releases === undefined) return {};
  const brand = spec.target.brand ?? pool.release.brand;
  const releases = spec.releases.map((release) => {
    if (release.iso === undefined) return release;
    const { sha256 } = vendorIso({ brand: release.brand ?? brand, version: release.version });
    return { ...release, iso: { ...release.iso, sha256 } };
  });
  return { releases };
}

export function printManifest({ status: _status, ...manifest }: PoolUpgrade): string {
  return stringify(manifest, { lineWidth: 140, aliasDuplicateObjects: false });
}

/** A name Kubernetes takes: lower case letters, digits and dashes. */
function resourceName(text: string): string {
  const name = text
    .toLowerCase()
    .replace(/[^a-z0-9]+/g, '-')
    .replace(/^-+|-+$/g, '')
    .slice(0, 50);
  return name === '' ? 'pool' : name;
}
