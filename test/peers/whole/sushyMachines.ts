// The emulator of sushy-tools as the BMCs of simulated machines. What it was told and did it tells by its notices, and the machines follow: power, and what they boot,
// which is the very file that it fetched. That a machine went off by itself it can only be told by Redfish, and shows seconds later.
import { readFileSync } from 'node:fs';
import type { ClosableBmcTransport } from '../../../src/bmc/transport';
import { createRedfishHttps } from '../../../src/bmc/redfish/https';
import { realClock } from '../../../src/foundation/realClock';
import type { BootChoice, BootFirmware, SimulatedChassis } from '../../../src/simulator/bmc/chassis';
import type { BmcState, HostUuid } from '../../../src/simulator/world';
import { type MediaServer, rangesOf, serve } from '../../boot/media/sources/mediaServer';
import type { SiteScene } from '../../e2e/wireSite';
import { Emulator, type Notice } from '../redfish/emulator';
import { CREDENTIALS, type PlayedBmcs } from './bmcSite';

const CA = 'bmc-ca';
/** Nothing out of the ordinary is booted. */
const ORDINARY: readonly string[] = ['Hdd', 'None'];
const STRANGER = { caller: 'sushy-tools' } as const;

export interface SushyBmcs extends PlayedBmcs {
  /** What each machine's BMC told that it did, in order, by the machine's name: `inserted`, `boot Cd`, `power On` … */
  readonly told: ReadonlyMap<string, readonly string[]>;
}

export async function sushyBmcs(scene: SiteScene): Promise<SushyBmcs> {
  const { simulation } = scene;
  const discs = await serve((request, response, count) =>
    rangesOf(readFileSync(decodeURIComponent(request.url!)))(request, response, count),
  );
  const machines = new Map(
    [...simulation.world.machines.values()].map(({ uuid, name }) => [
      uuid,
      new SushyMachine(name, simulation.world.chassis(uuid), discs),
    ]),
  );
  const systems = [...machines].map(([uuid, { name, macs }]) => ({ uuid, name, power: 'On' as const, mac: macs[0]! }));
  const onChange = (notice: Notice): Promise<void> => simulation.clock.occur(() => machines.get(notice.uuid)!.heard(notice));
  const emulator = await Emulator.start(CREDENTIALS, systems, { onChange });
  const policy = { trust: { kind: 'CaBundle', pem: emulator.authority }, minVersion: 'TLSv1.2', allowPlaintext: false } as const;
  const wire = createRedfishHttps({ origin: emulator.origin, policy, clock: realClock(), settings: 'test' });
  tellWhoGoesOff(scene, machines, wire);
  return {
    named: new Map(systems.map(({ uuid }) => [uuid, namedAt(emulator, uuid)])),
    states: new Map([...machines].map(([uuid, machine]) => [uuid, machine.state])),
    secrets: { [CA]: { 'ca.crt': emulator.authority } },
    told: new Map([...machines.values()].map(({ name, told }) => [name, told])),
    async close() {
      wire.close();
      await emulator.stop();
      await discs.close();
    },
  };
}

function namedAt({ origin }: Emulator, uuid: HostUuid): PlayedBmcs['named'] extends ReadonlyMap<HostUuid, infer T> ? T : never {
  const address = `${origin.replace('https:', 'redfish+https:')}/redfish/v1/Systems/${uuid}`;
  return { address, tls: { caBundleRef: { name: CA, key: 'ca.crt' } } };
}

function tellWhoGoesOff(
  { simulation: { world }, onDefect }: SiteScene,
  machines: ReadonlyMap<HostUuid, SushyMachine>,
  wire: ClosableBmcTransport,
): void {
  const tell = async (host: HostUuid): Promise<void> => {
    if (machines.get(host)!.isKnownOff) return;
    const { username, password } = CREDENTIALS;
    const basic = Buffer.from(`${username}:${password}`).toString('base64');
    const headers = { authorization: `Basic ${basic}`, 'content-type': 'application/json' };
    const path = `/redfish/v1/Systems/${host}/Actions/ComputerSystem.Reset`;
    const body = JSON.stringify({ ResetType: 'ForceOff' });
    const request = { method: 'POST', path, headers, body, timeoutMs: 30_000 } as const;
    const { status } = await wire.request(request, new AbortController().signal);
    if (status !== 204) throw new Error(`the emulator was told that a machine is off, and answers ${status}`);
  };
  world.bus.on((event) => {
    if (event.kind !== 'machine' || event.change !== 'off') return;
    // One that reboots is on again in the same moment.
    queueMicrotask(() => void tell(event.host).catch(onDefect));
  });
}

/** One machine, as its firmware and the books see its BMC. */
class SushyMachine implements BootFirmware {
  readonly told: string[] = [];
  readonly state: BmcState = { inserted: () => this.file, armed: () => this.device, reachable: () => true };
  private power = 'On';
  private device: string | undefined;
  private mode = 'UEFI';
  private file: string | undefined;
  /** It was told `Once`, which it does not keep: its firmware does. */
  private fresh = false;

  constructor(
    readonly name: string,
    private readonly chassis: SimulatedChassis,
    private readonly discs: MediaServer,
  ) {
    chassis.attach(this);
  }

  get macs(): readonly string[] {
    return this.chassis.identity.macs;
  }

  get isKnownOff(): boolean {
    return this.chassis.power() === 'On' || this.power === 'Off';
  }

  boot(): BootChoice {
    const { device, fresh, mode, file, discs } = this;
    this.fresh = false;
    return {
      device: fresh && (device === 'Cd' || device === 'Pxe') ? device : undefined,
      mode: mode === 'UEFI' ? 'UEFI' : 'Legacy',
      image: file === undefined ? undefined : `${discs.origin}${file}`,
      by: STRANGER,
    };
  }

  heard({ power_state: power, boot_device = 'Hdd', boot_mode: mode = 'UEFI', boot_image }: Notice): void {
    const [file] = boot_image?.['Cd'] ?? [null];
    this.mode = mode;
    this.hasFile(file ?? undefined);
    this.hasDevice(ORDINARY.includes(boot_device) ? undefined : boot_device);
    this.hasPower(power);
  }

  private hasFile(file: string | undefined): void {
    if (file === this.file) return;
    this.file = file;
    this.told.push(file === undefined ? 'ejected' : 'inserted');
  }

  private hasDevice(device: string | undefined): void {
    if (device === this.device) return;
    this.device = device;
    this.fresh = true;
    this.told.push(`boot ${device ?? 'as usual'}`);
  }

  private hasPower(power: 'On' | 'Off'): void {
    if (power === this.power) return;
    this.power = power;
    this.told.push(`power ${power}`);
    if (this.chassis.power() !== power) this.chassis.turn(power, STRANGER);
  }
}
