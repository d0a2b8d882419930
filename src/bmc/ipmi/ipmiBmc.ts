// One BMC by IPMI: power by state and the boot override, both read back; identity as far as it tells. There is no virtual media in IPMI.
import type { Bmc, BootOverride, BootTarget, Capabilities, FirmwareMode, MediaSlot, Power, PowerState, VerbResult } from '../bmc';
import {
  type BootFlags,
  CLEAR_FLAGS,
  KEEP_FLAGS,
  overrideOf,
  parseFlags,
  READ_FLAGS,
  type ReadBack,
  writeFlags,
} from './bootFlags';
import type { Intent } from '../intent';
import type { Exchange } from './exchange';
import { parseFru, parseGuid, parseMcInfo, parsePower } from './identityTexts';
import { intentsOf } from './intents';

export interface IpmiBmcOptions {
  readonly readBack: ReadBack;
  /** Milliseconds that a machine may take to show the power that it was told to have. */
  readonly powerSettleMs: number;
  /** Milliseconds that a BMC may take to show the flags that it was told to have. */
  readonly flagsSettleMs: number;
  /** Takes secrets out of a text. */
  readonly scrub: (text: string) => string;
}

/** The flags always say EFI or legacy. */
const BOOTS: Capabilities['bootOnce'] = {
  targets: ['Pxe', 'Hdd', 'Cd'],
  modes: ['UEFI', 'BIOS'],
  needMode: ['Pxe', 'Hdd', 'Cd'],
};
/** A FRU is read in pieces of 16 to 32 bytes, each a question of its own. */
const FRU_EXTRA_MS = 40_000;

export class IpmiBmc implements Bmc {
  constructor(
    private readonly exchange: Exchange,
    private readonly options: IpmiBmcOptions,
  ) {}

  async probe(signal: AbortSignal): Promise<Capabilities> {
    const { exchange } = this;
    const { scrub } = this.options;
    const info = parseMcInfo(await exchange.ask('probe', ['mc', 'info'], signal));
    const fru = parseFru(await exchange.askOrNothing('probe', ['fru', 'print', '0'], signal, FRU_EXTRA_MS));
    const uuid = parseGuid(await exchange.askOrNothing('probe', ['mc', 'guid'], signal));
    const power = (await this.power(signal)) !== 'Other';
    const flags = parseFlags(await exchange.askOrNothing('probe', READ_FLAGS, signal)) !== undefined;
    return {
      protocol: 'ipmi',
      dialect: '',
      bmcFirmware: scrub(info.firmware),
      identity: {
        manufacturer: scrub(fru.manufacturer || info.manufacturer),
        model: scrub(fru.model),
        serial: scrub(fru.serial),
        uuid: scrub(uuid),
        // `lan print` tells the BMC's own address, which is no network card of the machine.
        macs: [],
      },
      power: { read: power, gracefulOff: false, forceOff: power, on: power },
      bootOnce: flags ? BOOTS : { targets: [], modes: [] },
      media: undefined,
      bootProgress: false,
    };
  }

  async power(signal: AbortSignal): Promise<PowerState> {
    return parsePower(await this.exchange.ask('power', ['chassis', 'power', 'status'], signal));
  }

  async setPower(wanted: Power, signal: AbortSignal): Promise<VerbResult<PowerState>> {
    const { exchange } = this;
    if ((await this.power(signal)) === wanted) {
      // A machine that is being power-cycled reads Off for a second.
      await exchange.pause(signal);
      if ((await this.power(signal)) === wanted) return { outcome: 'unchanged', observed: wanted };
    }
    const already = async (): Promise<boolean> => (await this.power(signal)) === wanted;
    const sent = await exchange.tell('setPower', ['chassis', 'power', wanted === 'On' ? 'on' : 'off'], already, signal);
    let agreeing = 0;
    const enough = (state: PowerState): boolean => (agreeing = state === wanted ? agreeing + 1 : 0) === 2;
    const watch = { read: () => this.power(signal), enough, withinMs: this.options.powerSettleMs };
    const { value, reached } = await exchange.watch('setPower', sent, watch, signal);
    if (reached) return { outcome: 'changed', observed: value };
    const what = `the BMC accepted it, and after ${watch.withinMs / 1_000} s the power is read as ${value}, expected ${wanted}`;
    throw exchange.problem('Timeout', 'setPower', what, 'NotReached');
  }

  async boot(signal: AbortSignal): Promise<BootOverride> {
    return overrideOf(await this.flags('boot', signal), this.options.readBack);
  }

  async setBootOnce(target: BootTarget, mode: FirmwareMode | undefined, signal: AbortSignal): Promise<VerbResult<BootOverride>> {
    const { exchange } = this;
    if (mode === undefined) {
      const what = "IPMI's boot flags always name a firmware mode, and nobody said whether it is UEFI or BIOS";
      throw exchange.problem('Unsupported', 'setBootOnce', what, 'ModeNeeded');
    }
    const before = await this.boot(signal);
    if (isWhole(before, target, mode)) return { outcome: 'unchanged', observed: before };
    await exchange.tellIfKnown('setBootOnce', KEEP_FLAGS, signal);
    const enough = (found: BootOverride): boolean => this.shows(found, target, mode);
    const after = await this.write('setBootOnce', writeFlags(target, mode), enough, signal);
    if (after.reached) return { outcome: 'changed', observed: after.value };
    return this.notKept(after.value, signal);
  }

  async clearBootOverride(signal: AbortSignal): Promise<VerbResult<BootOverride>> {
    const before = await this.boot(signal);
    if (before.target === 'None') return { outcome: 'unchanged', observed: before };
    const enough = ({ target }: BootOverride): boolean => target === 'None';
    const { value, reached } = await this.write('clearBootOverride', CLEAR_FLAGS, enough, signal);
    if (reached) return { outcome: 'changed', observed: value };
    const what = `the BMC accepted it, and still reads back ${told(value)}`;
    throw this.exchange.problem('Timeout', 'clearBootOverride', what, 'NotReached');
  }

  media(): Promise<readonly MediaSlot[]> {
    return this.withoutMedia('media');
  }

  insertMedia(): Promise<VerbResult<readonly MediaSlot[]>> {
    return this.withoutMedia('insertMedia');
  }

  ejectMedia(): Promise<VerbResult<readonly MediaSlot[]>> {
    return this.withoutMedia('ejectMedia');
  }

  bootProgress(): Promise<string> {
    return Promise.resolve('');
  }

  async intents(signal: AbortSignal): Promise<readonly Intent[]> {
    const power = (await this.power(signal)) !== 'Other';
    const flags = parseFlags(await this.exchange.askOrNothing('intents', READ_FLAGS, signal)) !== undefined;
    return intentsOf({ power, flags });
  }

  /** Each run of ipmitool opens and closes a session of its own. */
  close(): Promise<void> {
    return Promise.resolve();
  }

  private async write(
    verb: string,
    command: readonly string[],
    enough: (found: BootOverride) => boolean,
    signal: AbortSignal,
  ): Promise<{ readonly value: BootOverride; readonly reached: boolean }> {
    const read = (): Promise<BootOverride> => this.boot(signal);
    const sent = await this.exchange.tell(verb, command, async () => enough(await read()), signal);
    return this.exchange.watch(verb, sent, { read, enough, withinMs: this.options.flagsSettleMs }, signal);
  }

  private async flags(verb: string, signal: AbortSignal): Promise<BootFlags> {
    const flags = parseFlags(await this.exchange.ask(verb, READ_FLAGS, signal));
    if (flags !== undefined) return flags;
    throw this.exchange.problem('Fatal', verb, 'the boot flags are not seven bytes of parameter 5', 'NotUnderstood');
  }

  private shows(found: BootOverride, target: BootTarget, mode: FirmwareMode): boolean {
    if (isWhole(found, target, mode)) return true;
    return this.options.readBack === 'DeviceOnly' && found.target === target && found.mode === undefined;
  }

  /** Flags that are not what was asked for must not be left behind. */
  private async notKept(found: BootOverride, signal: AbortSignal): Promise<never> {
    const what = `the BMC accepted the boot flags and reads back ${told(found)}`;
    const problem = (end: string): Error => this.exchange.problem('Unsupported', 'setBootOnce', what + end, 'BootFlagsNotKept');
    const always = (): Promise<boolean> => Promise.resolve(true);
    const sent = await this.exchange.tell('setBootOnce', CLEAR_FLAGS, always, signal).catch((error: unknown) => {
      throw problem(`; they could not be cleared: ${error instanceof Error ? error.message : String(error)}`);
    });
    throw problem(sent === 'done' ? '; they were cleared' : '; whether they could be cleared is not known');
  }

  private withoutMedia(verb: string): Promise<never> {
    return Promise.reject(this.exchange.problem('Unsupported', verb, 'IPMI has no virtual media', 'NoVirtualMedia'));
  }
}

function isWhole(found: BootOverride, target: BootTarget, mode: FirmwareMode): boolean {
  return found.target === target && found.once && found.mode === mode;
}

function told({ target, once, mode }: BootOverride): string {
  return `${target}${once ? ' once' : ''}${mode === undefined ? '' : ` in ${mode} mode`}`;
}
