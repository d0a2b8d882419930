// The manifest of a plan for a pool that is there: as its author wrote it, or made of the flags.
import { parseManifest, validateManifest } from '../../api/manifest';
import type { PoolUpgrade } from '../../api/generated/poolUpgrade';
import type { Release } from '../../plan/release';
import type { LiveFlags, Options } from './flags';
import { planReport, type PlanReport } from './report';

export interface LiveManifest {
  readonly manifest: PoolUpgrade;
  readonly notes: readonly string[];
}

export function liveManifest(flags: LiveFlags): LiveManifest | PlanReport {
  const read = flags.manifest === undefined ? validateManifest(made(flags)) : parseManifest(flags.manifest);
  if (!read.ok) {
    const notYet = read.problems.every((problem) => problem.expected.startsWith('NotYetHonoured'));
    const where = flags.options.file === undefined ? '' : `${flags.options.file}: `;
    const lines = read.problems.map(({ message }) => `${where}${message}`);
    return planReport('Invalid', notYet ? 'NotYetHonoured' : 'InvalidManifest', lines.join('\n'));
  }
  return unnamedAuthority(read.manifest, flags) ?? { manifest: read.manifest, notes: notesOf(flags.options) };
}

/** What the manifest has in a Secret must be handed over here, and what is handed over must be of use. */
function unnamedAuthority({ spec }: PoolUpgrade, { authorities }: LiveFlags): PlanReport | undefined {
  const reference = spec.pool.tls.caBundleRef;
  if (reference !== undefined && authorities === undefined) {
    const secret = `Secret ${reference.name}, key ${reference.key}`;
    return planReport(
      'Invalid',
      'BadFlag',
      `--ca-file is missing: spec.pool.tls.caBundleRef names ${secret}, which is in a cluster; give the same PEM file`,
    );
  }
  if (reference === undefined && authorities !== undefined)
    return planReport('Invalid', 'BadFlag', '--ca-file is of no use: the manifest has no spec.pool.tls.caBundleRef');
  return undefined;
}

function made({ options, authorities }: LiveFlags): object {
  const { endpoint, target = '', repository, fingerprint, insecureSkipVerify, tlsMinVersion } = options;
  const wished = targetOf(target);
  const tls = {
    ...(authorities === undefined ? {} : { caBundleRef: { name: 'pool-ca', key: 'ca.crt' } }),
    ...(fingerprint.length === 0 ? {} : { fingerprints: fingerprint }),
    ...(insecureSkipVerify === true ? { insecureSkipVerify } : {}),
    ...(tlsMinVersion === undefined ? {} : { minVersion: tlsMinVersion }),
    ...(endpoint.some((url) => url.startsWith('http://')) ? { allowPlaintext: true } : {}),
  };
  return {
    apiVersion: 'xenpool.dev/v1alpha1',
    kind: 'PoolUpgrade',
    metadata: { name: 'plan', namespace: 'default' },
    spec: {
      pool: { endpoints: endpoint, credentialsRef: { name: 'pool-credentials' }, tls },
      target: wished,
      ...(repository === undefined
        ? { boot: { method: 'Manual' } }
        : { releases: [{ ...wished, repository: { url: repository } }] }),
      vms: { forceShutdownAfter: '10m' },
      consent: { undocumentedHops: true, acceptDowntime: true },
    },
  };
}

/** `8.2.1`, of the brand the pool has, or `XCP-ng 8.3.0`. */
function targetOf(text: string): Partial<Release> & Pick<Release, 'version'> {
  const named = /^(XCP-ng|XenServer)[\s:-]+(.+)$/.exec(text);
  return named === null ? { version: text } : { brand: named[1] as Release['brand'], version: named[2]! };
}

function notesOf({ file, repository }: Options): readonly string[] {
  if (file !== undefined) return [];
  const consents = 'without -f the plan consents to hops that no document names and to VMs that must stop';
  const manual =
    'without --repository every host is planned with boot method Manual: a person boots it into the installer, and no repository is asked';
  return repository === undefined ? [consents, manual] : [consents];
}
