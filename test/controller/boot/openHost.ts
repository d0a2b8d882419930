// A PoolUpgrade whose status opens attempts at the boot server, for tests: as it stands once the run has made up its mind.
import type { HostBoot, HostStatus, PoolUpgrade } from '../../../src/api/generated/poolUpgrade';
import type { BootAttempt } from '../../../src/boot/server/attempt';
import { attemptsOf } from '../../../src/boot/server/statusAttempts';
import type { BootKey } from '../../../src/boot/server/tokens';
import { manifestOf } from '../../api/sample';

export const NOW = Date.UTC(2026, 0, 1);
export const POOL = '11111111-2222-3333-4444-555555555555';
export const HOST = 'aaaaaaaa-bbbb-cccc-dddd-000000000001';
export const OTHER_HOST = 'aaaaaaaa-bbbb-cccc-dddd-000000000002';
export const MAC = '52:54:00:12:34:56';
export const KEY: BootKey = { version: 'k1', secret: Buffer.alloc(32, 1) };
export const OTHER_KEY: BootKey = { version: 'k2', secret: Buffer.alloc(32, 2) };
export const BASE = 'http://boot.example:8081';
export const SHA256 = 'ab'.repeat(32);

export function hostBoot(more: Partial<HostBoot> = {}): HostBoot {
  return {
    expires: new Date(NOW + 3_600_000).toISOString(),
    intent: 'upgrade',
    brand: 'XCP-ng',
    disk: '/dev/disk/by-id/scsi-360022480',
    baseURL: BASE,
    macs: [MAC],
    arguments: { networkDevice: MAC, network: { kind: 'dhcp' } },
    ...more,
  };
}

/** In work, with an attempt that is open. */
export function openHost(more: Partial<HostStatus> = {}): HostStatus {
  return {
    uuid: HOST,
    name: 'xs-01',
    address: '10.1.0.1',
    role: 'master',
    phase: 'Installing',
    attempt: 1,
    from: '8.2.1',
    to: '8.3.0',
    bootMethod: 'VirtualMedia',
    boot: hostBoot(),
    evidence: {},
    ...more,
  };
}

/** Not stored: a cluster gives it its uid. @param iso where the ISO of the release lies */
export function upgradeOf(
  hosts: readonly HostStatus[],
  more: { readonly name?: string; readonly iso?: string } = {},
): PoolUpgrade {
  const { name = 'rack7', iso = 'https://mirror.example/xcp-ng-8.3.0.iso' } = more;
  const made = manifestOf(`  releases: [{version: "8.3.0", iso: {url: "${iso}", sha256: "${SHA256}"}}]\n`);
  return {
    ...made,
    metadata: { ...made.metadata, name, namespace: 'ops' },
    status: {
      observedGeneration: 1,
      phase: 'Upgrading',
      pool: { uuid: POOL, name: 'rack7', master: 'xs-01' },
      run: { id: 'run-1', generation: 1, epoch: 1, startedAt: new Date(NOW).toISOString() },
      hosts: [...hosts],
    },
  };
}

/** The one attempt that an object opens. @throws when it opens none */
export function attemptIn(object: PoolUpgrade): BootAttempt {
  const [attempt] = attemptsOf(object);
  if (attempt === undefined) throw new Error('the object opens no attempt');
  return attempt;
}
