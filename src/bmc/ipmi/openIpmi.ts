// Puts the parts of an IPMI connection together, with the defaults that bmc.md 3 found to be safe.
import type { Clock } from '../../foundation/clock';
import type { IpmiAddress } from '../address';
import { BmcError } from '../bmc';
import { Lane } from '../lane';
import type { ReadBack } from './bootFlags';
import { Caller } from './caller';
import { checkCredentials, type CipherSuite, type IpmiCredentials, type Privilege } from './commandLine';
import { Exchange } from './exchange';
import { IpmiBmc } from './ipmiBmc';
import type { MayLeave } from '../permit';
import type { IpmitoolRun } from './run';
import { scrubber } from './scrub';

/** What a person may say of how a BMC is to be spoken to. */
export interface IpmiOptions {
  /** Allowed ones, in the order in which they are tried. Default 17 alone: a BMC that knows only 3 is refused until 3 is named. */
  readonly cipherSuites?: readonly CipherSuite[];
  /** Default ADMINISTRATOR; OPERATOR is enough where the BMC follows the standard. */
  readonly privilege?: Privilege;
  /** Default `Exact`; `DeviceOnly` for BMCs that give back of the boot flags the device alone. */
  readonly readBack?: ReadBack;
}

export interface IpmiParts extends IpmiOptions {
  readonly clock: Clock;
  /** `spawnIpmitool({ clock })`, or a fake. */
  readonly run: IpmitoolRun;
  /** Of this BMC, where others speak to it as well. Default: its own. */
  readonly lane?: Lane;
  /** Awaited right before each command that changes something. */
  readonly mayLeave?: MayLeave;
  /** Milliseconds from the end of one command to the start of the next. Default 5,000 (bmc.md 3.6). */
  readonly minGapMs?: number;
  /** Milliseconds between two readings while waiting. Default 2,000; the gap above counts as well. */
  readonly pollMs?: number;
  /** Milliseconds until a machine must show the power that it was told to have. Default 60,000. */
  readonly powerSettleMs?: number;
  /** Milliseconds until a BMC must show boot flags that it accepted. Default 10,000. */
  readonly flagsSettleMs?: number;
}

/**
 * A BMC by IPMI. Sends nothing yet. Keep one for each BMC: its pause between commands and the cipher suite it found are its own.
 * @param address as `parseBmcAddress` gives it for `ipmi://HOST[:PORT]`
 * @throws BmcError Fatal: `CredentialsInvalid` (name over 16 or password over 20 bytes, IPMI's limits), `CipherUnknown` (none is allowed)
 */
export function openIpmi(address: IpmiAddress, credentials: IpmiCredentials, parts: IpmiParts): IpmiBmc {
  checkCredentials(credentials);
  const { clock, run, cipherSuites = [17], privilege = 'ADMINISTRATOR', readBack = 'Exact' } = parts;
  if (cipherSuites.length === 0)
    throw new BmcError('Fatal', 'open', 'cipher suites of IPMI: found none, expected 17, 3 or both', 'CipherUnknown');
  const { lane = new Lane(clock), mayLeave } = parts;
  const { minGapMs, pollMs, powerSettleMs, flagsSettleMs } = pausesOf(parts);
  const scrub = scrubber([credentials.password]);
  const caller = new Caller({ address, credentials, run, lane, gapMs: minGapMs, cipherSuites, privilege, scrub, mayLeave });
  return new IpmiBmc(new Exchange(caller, clock, pollMs), { readBack, powerSettleMs, flagsSettleMs, scrub });
}

type Pauses = Required<Pick<IpmiParts, 'minGapMs' | 'pollMs' | 'powerSettleMs' | 'flagsSettleMs'>>;

function pausesOf({ minGapMs = 5_000, pollMs = 2_000, powerSettleMs = 60_000, flagsSettleMs = 10_000 }: IpmiParts): Pauses {
  return { minGapMs, pollMs, powerSettleMs, flagsSettleMs };
}
