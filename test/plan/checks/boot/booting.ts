// A pool whose hosts boot from the boot server, with everything in order: a test says only what is not.
import { known } from '../../../../src/foundation/fact';
import type { BmcAnswer, BmcMachine, BootTraits, MediaOffer, NamedBmc } from '../../../../src/plan/checks/bootTraits';
import type { BootOrders, CheckSituation } from '../../../../src/plan/checks/check';
import type { Release } from '../../../../src/plan/release';
import { host, pbd, poolOf, sr, world } from '../../smallPool';
import { checking, inspection, orders, traits } from '../checking';

export const TO: Release = { brand: 'XenServer', version: '7.6.0' };

export const READY: MediaOffer = { version: '7.6.0', state: 'Ready', why: '', firmware: ['UEFI', 'BIOS'] };

const WEB = ['http', 'https'] as const;

export function told(more: Partial<BmcMachine> = {}): BmcAnswer {
  return {
    kind: 'Told',
    machine: { identity: { kind: 'Proven' }, media: 'None', schemes: WEB, targets: ['Cd', 'Pxe'], ...more },
  };
}

export function bmc(address: string, answer: BmcAnswer | undefined = told(), system = ''): NamedBmc {
  return {
    address: `redfish+https://${address}${system}`,
    place: { host: address, system },
    ...(answer === undefined ? {} : { answer }),
  };
}

export interface Scene {
  readonly method?: string;
  /** By host; default `one` and `two` each with a BMC of their own. */
  readonly bmcs?: Readonly<Record<string, NamedBmc>>;
  readonly offers?: BootTraits['offers'] | 'none';
  readonly reaches?: BootTraits['reaches'];
  /** Default http. */
  readonly imageScheme?: 'http' | 'https' | 'unknown';
  readonly images?: readonly Release[];
  readonly path?: readonly Release[];
  readonly macs?: Readonly<Record<string, readonly string[]>>;
  readonly boot?: Partial<BootOrders>;
  /** Devices of local storage, by host. */
  readonly devices?: Readonly<Record<string, string>>;
  readonly more?: Partial<CheckSituation>;
}

/** Hosts `one`, `two` and `three`; the third is staged. */
export function booting(scene: Scene = {}): CheckSituation {
  const { method = 'VirtualMedia', images = [TO], path = [TO], more = {} } = scene;
  const pool = poolOf([host('one'), host('two'), host('three')]);
  const from = pool.hosts[0]!.version.release;
  return checking({
    pool,
    world: worldOf(scene.devices),
    inspection: inspection(pool, { hosts: hostsOf(scene.macs), boot: bootOf(scene) }),
    hop: { from, to: path[0]!, repository: undefined, path, images },
    orders: {
      ...orders(pool),
      methods: { one: method, two: method, three: 'Staged' },
      boot: { disks: {}, firmware: {}, ...scene.boot },
    },
    ...more,
  });
}

function bootOf({ bmcs = { one: bmc('10.0.0.1'), two: bmc('10.0.0.2') }, offers = known([READY]), ...scene }: Scene): BootTraits {
  const { reaches, imageScheme = 'http' } = scene;
  return {
    bmcs,
    offers: offers === 'none' ? undefined : offers,
    ...(imageScheme === 'unknown' ? {} : { imageScheme }),
    ...(reaches === undefined ? {} : { reaches }),
  };
}

const MACS = { one: ['00:16:3e:00:00:01'], two: ['00:16:3e:00:00:02'], three: ['00:16:3e:00:00:03'] };

function hostsOf(macs: Scene['macs'] = {}): Readonly<Record<string, ReturnType<typeof traits>>> {
  return Object.fromEntries(Object.entries({ ...MACS, ...macs }).map(([uuid, own]) => [uuid, traits({ macs: own })]));
}

function worldOf(devices: Scene['devices'] = {}): CheckSituation['world'] {
  const all = { one: '/dev/sda3', two: '/dev/sda3', ...devices };
  const uuids = Object.keys(all);
  return world([], {
    srs: uuids.map((uuid) => sr(`local of ${uuid}`, { shared: false, type: 'lvm' })),
    pbds: Object.entries(all).map(([uuid, device]) => ({ ...pbd(uuid, `local of ${uuid}`), device })),
  });
}
