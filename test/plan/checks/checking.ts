// A situation for checks, with everything in order: a test says only what is not.
import { known } from '../../../src/foundation/fact';
import type { CheckSituation } from '../../../src/plan/checks/check';
import type { HazardTraits, HostHazards } from '../../../src/plan/checks/hazardTraits';
import type { HostTraits, Inspection } from '../../../src/plan/checks/inspection';
import type { Pool } from '../../../src/plan/pool';
import { GIB, host, poolOf, world } from '../smallPool';

/** 2026-01-01, in milliseconds since the epoch. */
export const NOW = Date.UTC(2026, 0, 1);

export function traits(more: Partial<HostTraits> = {}): HostTraits {
  return {
    plugin: known({
      url: 'true',
      version: { platform: '2.7.0', product: '7.6.0' },
      safe2upgrade: 'true',
      dom0Memory: 2 * GIB,
    }),
    certificate: known({ keyBits: 2048, notAfter: 'Jan  1 00:00:00 2036 GMT' }),
    clockAhead: known(0),
    dom0Memory: 2 * GIB,
    machineMemory: 16 * GIB,
    powerOnMode: '',
    sslLegacy: false,
    obstructing: known([]),
    updates: [],
    ...more,
  };
}

export const SOUND_HOST: HostHazards = {
  multipathing: false,
  directory: '',
  licenceExpiry: undefined,
  restricted: [],
  pendingGuidances: [],
  suspendSr: undefined,
  management: { device: 'eth0', mode: 'Static', vlan: undefined, bond: undefined, gateway: '10.0.0.254', dns: '10.0.0.253' },
};

/** No hazard anywhere. */
export function soundHazards(pool: Pool): HazardTraits {
  return {
    pool: { secretRotationPending: false, forbidsRollingUpgrade: false, defaultSr: undefined, suspendSr: undefined },
    hosts: Object.fromEntries(pool.hosts.map(({ uuid }) => [uuid, SOUND_HOST])),
    guests: {},
    clusters: known([]),
  };
}

/** The same traits for every host of the pool, except those named. */
export function inspection(pool: Pool, more: Partial<Inspection> = {}): Inspection {
  const hosts = Object.fromEntries(pool.hosts.map(({ uuid }) => [uuid, traits()]));
  return {
    pool: { vswitchController: '', healthCheckEnrolled: false },
    tasks: [],
    hazards: soundHazards(pool),
    ...more,
    hosts: { ...hosts, ...more.hosts },
  };
}

/** Two hosts of 7.1.2, staged to 7.6.0, while planning. */
export function checking(more: Partial<CheckSituation> = {}): CheckSituation {
  const pool = more.pool ?? poolOf([host('one'), host('two')]);
  const from = pool.hosts[0]!.version.release;
  return {
    moment: 'Planning',
    host: undefined,
    pool,
    world: world(),
    inspection: inspection(pool),
    hop: { from, to: { brand: from.brand, version: '7.6.0' }, repository: 'http://repository.example/7.6.0/' },
    orders: orders(pool),
    pass: undefined,
    now: NOW,
    ...more,
  };
}

export function orders(pool: Pool, more: Partial<CheckSituation['orders']['consent']> = {}): CheckSituation['orders'] {
  return {
    consent: { destroyLocalStorage: false, acceptDowntime: false, forceMigration: false, fixes: [], ...more },
    methods: Object.fromEntries(pool.hosts.map(({ uuid }) => [uuid, 'Staged'])),
  };
}
