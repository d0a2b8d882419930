// One machine and two protocols to command it by, each with faults that one can order, and one book of all that was sent.
import { VirtualClock } from '../../../src/foundation/virtualClock';
import { seededRandom } from '../../../src/foundation/random';
import {
  type Bmc,
  BmcError,
  type BmcErrorKind,
  type BootOverride,
  type BootTarget,
  type Capabilities,
  type FirmwareMode,
  type MediaSlot,
  type Power,
  type PowerState,
  type VerbResult,
} from '../../../src/bmc/bmc';
import { assertIdentity } from '../../../src/bmc/identity';
import { PolicyBmc, type PolicyParts } from '../../../src/bmc/policy/policyBmc';

export type Protocol = 'redfish' | 'ipmi';

/** What goes wrong with one call. `after`: done first, so that only a Timeout is honest. */
export interface Fault {
  readonly kind: BmcErrorKind;
  readonly reason?: string;
  readonly retryAfterMs?: number;
  readonly after?: boolean;
}

export interface Entry {
  readonly protocol: Protocol;
  readonly verb: string;
  /** Undefined: it went well. */
  readonly fault: Fault | undefined;
}

const NONE: BootOverride = { target: 'None', once: false, mode: undefined };

export class Machine {
  power: PowerState = 'On';
  boot: BootOverride = NONE;
  image = '';
  readonly book: Entry[] = [];

  /** Calls of these verbs, as `ipmi setPower`. */
  calls(...verbs: readonly string[]): readonly string[] {
    return this.book
      .filter(({ verb }) => verbs.length === 0 || verbs.includes(verb))
      .map(({ protocol, verb }) => `${protocol} ${verb}`);
  }
}

export class FakeBmc implements Bmc {
  /** For the next calls, one each. */
  readonly faults: (Fault | undefined)[] = [];
  /** For every call of that verb, when no other fault is due. */
  readonly always: Partial<Record<string, Fault>> = {};
  serial = 'SN0001';
  closed = 0;

  constructor(
    private readonly protocol: Protocol,
    private readonly machine: Machine,
    readonly can: Pick<Capabilities, 'power' | 'bootOnce'>,
  ) {}

  probe(): Promise<Capabilities> {
    const identity = { manufacturer: '', model: '', serial: this.serial, uuid: '', macs: [] };
    const rest = { protocol: this.protocol, dialect: '', bmcFirmware: '1', identity, media: undefined, bootProgress: false };
    return this.call('probe', () => ({ ...rest, ...this.can }));
  }

  power(): Promise<PowerState> {
    return this.call('power', () => this.machine.power);
  }

  setPower(wanted: Power): Promise<VerbResult<PowerState>> {
    return this.call('setPower', () => {
      const outcome = this.machine.power === wanted ? 'unchanged' : 'changed';
      this.machine.power = wanted;
      return { outcome, observed: wanted } as const;
    });
  }

  boot(): Promise<BootOverride> {
    return this.call('boot', () => this.machine.boot);
  }

  setBootOnce(target: BootTarget, mode: FirmwareMode | undefined): Promise<VerbResult<BootOverride>> {
    return this.call('setBootOnce', () => {
      this.machine.boot = { target, once: true, mode };
      return { outcome: 'changed', observed: this.machine.boot } as const;
    });
  }

  clearBootOverride(): Promise<VerbResult<BootOverride>> {
    return this.call('clearBootOverride', () => {
      this.machine.boot = NONE;
      return { outcome: 'changed', observed: NONE } as const;
    });
  }

  media(): Promise<readonly MediaSlot[]> {
    return this.call('media', () => this.slots());
  }

  insertMedia(url: string): Promise<VerbResult<readonly MediaSlot[]>> {
    return this.call('insertMedia', () => {
      this.machine.image = url;
      return { outcome: 'changed', observed: this.slots() } as const;
    });
  }

  ejectMedia(): Promise<VerbResult<readonly MediaSlot[]>> {
    return this.call('ejectMedia', () => {
      this.machine.image = '';
      return { outcome: 'changed', observed: this.slots() } as const;
    });
  }

  bootProgress(): Promise<string> {
    return this.call('bootProgress', () => '');
  }

  close(): Promise<void> {
    this.closed++;
    return Promise.resolve();
  }

  private slots(): readonly MediaSlot[] {
    return [{ slot: 'Cd', inserted: this.machine.image !== '', image: this.machine.image }];
  }

  private call<T>(verb: string, act: () => T): Promise<T> {
    const fault = this.faults.shift() ?? this.always[verb];
    this.machine.book.push({ protocol: this.protocol, verb, fault });
    if (fault === undefined) return Promise.resolve(act());
    if (fault.after === true) act();
    return Promise.reject(new BmcError(fault.kind, verb, `${this.protocol} ${verb}`, fault.reason ?? '', fault.retryAfterMs));
  }
}

export const ABLE: Pick<Capabilities, 'power' | 'bootOnce'> = {
  power: { read: true, gracefulOff: false, forceOff: true, on: true },
  bootOnce: { targets: ['Pxe', 'Cd'], modes: ['UEFI'] },
};

export interface TwoHands {
  readonly clock: VirtualClock;
  readonly machine: Machine;
  readonly redfish: FakeBmc;
  readonly ipmi: FakeBmc;
  /** A policy over both, or another one over the same. */
  open(parts?: Partial<PolicyParts>): PolicyBmc;
}

export function twoHands(redfishCan = ABLE, seed = 1, ipmiCan = ABLE): TwoHands {
  const clock = new VirtualClock(1_000);
  const random = seededRandom(seed);
  const machine = new Machine();
  const redfish = new FakeBmc('redfish', machine, redfishCan);
  const ipmi = new FakeBmc('ipmi', machine, ipmiCan);
  const open = (parts: Partial<PolicyParts> = {}): PolicyBmc =>
    new PolicyBmc({
      clock,
      random,
      primary: { protocol: 'redfish', bmc: redfish },
      secondary: { protocol: 'ipmi', bmc: ipmi },
      fallback: ['power', 'setPower', 'setBootOnce'],
      identify: (capabilities) => assertIdentity(capabilities, { serial: 'SN0001' }),
      ...parts,
    });
  return { clock, machine, redfish, ipmi, open };
}
