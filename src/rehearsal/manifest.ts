// The manifest that rehearse makes when none is given, and how any manifest is fitted to the simulated pool: addresses and Secrets are replaced by
// simulated ones of the same names, everything else stands as the user wrote it.
import { stringify } from 'yaml';
import type { PoolUpgrade } from '../api/generated/poolUpgrade';
import { validateManifest } from '../api/manifest';
import { newestReachable, planPath } from '../plan/path';
import { type Brand, brandOf, printRelease, type Release } from '../plan/release';

export interface SimulatedPool {
  readonly name: string;
  readonly release: Release;
  /** Origins, the master's first. */
  readonly endpoints: readonly string[];
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
export function makeManifest(pool: SimulatedPool, wished: string | undefined): MadeManifest {
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
      releases: stopsTo(pool.release, target).map((stop) => ({ ...stop, repository: { url: repositoryOf(stop) } })),
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

function repositoryOf({ brand, version }: Release): string {
  return `http://repository.invalid/${brand}/${version}/`;
}

/** The manifest with the simulated pool's addresses; names of Secrets stay. */
export function fitToPool(manifest: PoolUpgrade, pool: SimulatedPool): PoolUpgrade {
  const namespace = manifest.metadata.namespace ?? 'rehearsal';
  return {
    ...manifest,
    metadata: { ...manifest.metadata, namespace },
    spec: { ...manifest.spec, pool: { ...manifest.spec.pool, endpoints: pool.endpoints } },
  };
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
