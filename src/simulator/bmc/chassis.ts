// What a simulated BMC needs of the machine it sits in, and what the machine's firmware asks of its BMC at each boot. A simulated host can be connected here; the
// lone machine below is for those who have none.
import type { Cancel, Clock } from '../../foundation/clock';

export interface ChassisIdentity {
  /** Empty: that of the profile. */
  readonly manufacturer: string;
  readonly model: string;
  readonly serial: string;
  readonly uuid: string;
  /** Of its network cards. */
  readonly macs: readonly string[];
}

/** `Shutdown`: the power button, which the system may heed. `Restart`: reset, without being off in between. */
export type Turn = 'On' | 'Off' | 'Shutdown' | 'Restart';

/** Who has a BMC do something. */
export interface Asker {
  /** To whom it is put down; `person` is somebody's own hand. */
  readonly caller: string;
  /** UUID of the host whose BMC was meant to be asked, where that is told. */
  readonly meant?: string;
}

export interface BootChoice {
  /** Undefined: as the boot order says. */
  readonly device: 'Cd' | 'Pxe' | 'Hdd' | undefined;
  readonly mode: 'UEFI' | 'Legacy' | undefined;
  /** URL of the image in the virtual CD, which the machine sees whatever it boots from; undefined: there is none. */
  readonly image: string | undefined;
  /** Who had it set so; undefined: nobody by this BMC. */
  readonly by?: Asker | undefined;
}

/** The BMC, as the machine's firmware sees it. */
export interface BootFirmware {
  /** To be asked once at each boot, when the self-test is over: what was to be taken once is taken. */
  boot(): BootChoice;
  /** From which it fetches images; undefined: that of the machine. */
  readonly address?: string | undefined;
}

export interface SimulatedChassis {
  readonly identity: ChassisIdentity;
  power(): 'On' | 'Off';
  /** Whether the power-on self-test runs. */
  inPost(): boolean;
  /** `BootProgress.LastState` of Redfish. */
  progress(): string;
  /** How its firmware starts where nobody says otherwise; undefined: UEFI. */
  readonly mode?: 'UEFI' | 'Legacy';
  /** @param by who had it turned */
  turn(to: Turn, by?: Asker): void;
  /** Called once by the BMC. */
  attach(firmware: BootFirmware): void;
}

export interface LoneChassisParts {
  readonly clock: Clock;
  readonly identity: ChassisIdentity;
  readonly power?: 'On' | 'Off';
  /** Milliseconds of the self-test. */
  readonly postMs?: number;
  /** Milliseconds until the system has heeded the power button. */
  readonly shutdownMs?: number;
}

export interface LoneChassis extends SimulatedChassis {
  /** What it booted, in order. */
  readonly boots: readonly BootChoice[];
}

/** A machine that is nothing but a power supply and a firmware. */
export function createLoneChassis({
  clock,
  identity,
  power = 'Off',
  postMs = 60_000,
  shutdownMs = 20_000,
}: LoneChassisParts): LoneChassis {
  const boots: BootChoice[] = [];
  let state: 'Off' | 'Post' | 'Up' = power === 'On' ? 'Up' : 'Off';
  let firmware: BootFirmware | undefined;
  let pending: Cancel | undefined;
  const next = (ms: number, then: () => void): void => {
    pending?.();
    pending = clock.after(ms, then);
  };
  const off = (): void => {
    pending?.();
    state = 'Off';
  };
  const post = (): void => {
    state = 'Post';
    next(postMs, () => {
      state = 'Up';
      if (firmware !== undefined) boots.push(firmware.boot());
    });
  };
  const turns: Readonly<Record<Turn, () => void>> = {
    On: () => {
      if (state === 'Off') post();
    },
    Off: off,
    Shutdown: () => {
      if (state === 'Up') next(shutdownMs, off);
    },
    Restart: () => {
      if (state !== 'Off') post();
    },
  };
  return {
    identity,
    boots,
    power: () => (state === 'Off' ? 'Off' : 'On'),
    inPost: () => state === 'Post',
    progress: () => ({ Off: 'None', Post: 'SystemHardwareInitializationComplete', Up: 'OSRunning' })[state],
    turn: (to) => turns[to](),
    attach: (attached) => void (firmware = attached),
  };
}
