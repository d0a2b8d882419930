// An ipmi_sim for each simulated machine: it asks this process for the machine's power whenever somebody asks it, and passes on what it is told.
import type { BootChoice, BootFirmware, SimulatedChassis } from '../../../src/simulator/bmc/chassis';
import type { BmcState } from '../../../src/simulator/world';
import type { SiteScene } from '../../e2e/wireSite';
import type { Chassis } from '../ipmi/chassis';
import { IpmiSim } from '../ipmi/ipmiSim';
import { CREDENTIALS, type PlayedBmcs } from './bmcSite';

const STRANGER = { caller: 'ipmi_sim' } as const;
/** It knows cipher suite 3 alone, and gives back of the boot flags the device alone. */
const WORDS = { cipherSuites: [3], privilege: 'OPERATOR', bootReadBack: 'DeviceOnly' } as const;

/** Addresses of BMCs: whatever the port, one address is one BMC. */
const FIRST = 101;

export interface IpmiBmcs extends PlayedBmcs {
  /** What each machine's BMC was told, in order, by the machine's name: `boot pxe`, `power 1` … */
  readonly told: ReadonlyMap<string, readonly string[]>;
}

export async function ipmiBmcs({ simulation: { world, clock } }: SiteScene): Promise<IpmiBmcs> {
  const machines = new Map(
    [...world.machines.keys()].map((uuid) => {
      const chassis = world.chassis(uuid);
      return [uuid, new IpmiMachine(chassis, (what) => clock.occur(what))];
    }),
  );
  const sims = new Map<string, IpmiSim>();
  for (const [uuid, chassis] of machines) {
    const { serial, uuid: guid } = world.chassis(uuid).identity;
    const product = { manufacturer: 'Example Inc.', name: 'R7', serial };
    const parts = { credentials: CREDENTIALS, chassis, product, guid: guid.replaceAll('-', '') };
    sims.set(uuid, await IpmiSim.start(parts, `127.0.0.${FIRST + sims.size}`));
  }
  return {
    named: new Map([...sims].map(([uuid, { address }]) => [uuid, { address, ipmi: WORDS }])),
    states: new Map([...machines].map(([uuid, { state }]) => [uuid, state])),
    told: new Map([...machines].map(([uuid, { told }]) => [world.machines.get(uuid)!.name, told])),
    async close() {
      for (const sim of sims.values()) await sim.stop();
    },
  };
}

class IpmiMachine implements Chassis, BootFirmware {
  readonly told: string[] = [];
  readonly state: BmcState = { inserted: () => undefined, armed: () => this.armed, reachable: () => true };
  private next = 'none';

  /** @param occur lets something happen to the machine, at a moment of its own time */
  constructor(
    private readonly chassis: SimulatedChassis,
    private readonly occur: (what: () => void) => Promise<void>,
  ) {
    chassis.attach(this);
  }

  private get armed(): string | undefined {
    return this.next === 'none' ? undefined : this.next;
  }

  get(what: string): string {
    if (what === 'boot') return this.next;
    return this.chassis.power() === 'On' ? '1' : '0';
  }

  set(what: string, value: string): Promise<void> {
    this.told.push(`${what} ${value}`);
    return this.occur(() => this.does(what, value));
  }

  boot(): BootChoice {
    const device = this.next === 'pxe' ? 'Pxe' : undefined;
    this.next = 'none';
    return { device, mode: undefined, image: undefined, by: STRANGER };
  }

  private does(what: string, value: string): void {
    switch (what) {
      case 'boot':
        this.next = value;
        return;
      case 'power':
        return this.chassis.turn(value === '1' ? 'On' : 'Off', STRANGER);
      case 'shutdown':
        return this.chassis.turn('Shutdown', STRANGER);
      default:
        return this.chassis.turn('Restart', STRANGER);
    }
  }
}
