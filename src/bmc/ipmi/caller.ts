// Sends one command to one BMC, by the cipher suites that are allowed, and says what became of it in the words of BmcError. Another suite is tried only where
// the BMC refused the first while the session was being opened: then nothing has been asked yet, so that no command is ever sent twice (bmc.md 3.1).
import type { IpmiAddress } from '../address';
import { BmcError } from '../bmc';
import type { Lane } from '../lane';
import type { MayLeave } from '../permit';
import { type CipherSuite, commandLine, DEADLINE_MS, type IpmiCredentials, type Privilege } from './commandLine';
import type { IpmitoolRun, RunResult } from './run';
import { type Failure, failureOf } from './signatures';

export interface CallerParts {
  readonly address: IpmiAddress;
  readonly credentials: IpmiCredentials;
  readonly run: IpmitoolRun;
  readonly lane: Lane;
  /** Milliseconds from the end of one command to the start of the next. */
  readonly gapMs: number;
  /** In the order in which they are tried; one at least. */
  readonly cipherSuites: readonly CipherSuite[];
  readonly privilege: Privilege;
  readonly scrub: (text: string) => string;
  /** Awaited right before each command that changes something; undefined: nobody has to be asked. */
  readonly mayLeave: MayLeave | undefined;
}

export interface Answer {
  readonly result: RunResult;
  /** Undefined: it ended well. */
  readonly failure: Failure | undefined;
}

const MOST_QUOTED = 200;
/** What ipmitool says at one `-v` of every session, and what it repeats at the end of every failure. */
const NOISE =
  /^(?:Loading IANA|IANA PEN registry|Running Get|Invalid completion code received: Invalid command|Discovered IPMB|RAW RE[QS]|RAW RSP|Error: Unable to establish|Get HPM\.x|Close Session|IPMI Request Match| [0-9a-f]{2}\b)/;

export class Caller {
  /** Where in `cipherSuites` the BMC was last satisfied. */
  private suite = 0;

  constructor(private readonly parts: CallerParts) {}

  /**
   * One command, sent at most once.
   * @param extraMs beyond the deadline of a single question, for commands that ask many
   */
  send(command: readonly string[], signal: AbortSignal, extraMs = 0): Promise<Answer> {
    return this.bySuites(command, signal, undefined, extraMs);
  }

  /** One command that changes something, sent at most once. */
  order(command: readonly string[], signal: AbortSignal): Promise<Answer> {
    return this.bySuites(command, signal, this.parts.mayLeave);
  }

  private async bySuites(
    command: readonly string[],
    signal: AbortSignal,
    mayLeave: MayLeave | undefined,
    extraMs = 0,
  ): Promise<Answer> {
    const { cipherSuites } = this.parts;
    for (let tried = 1; ; tried++) {
      const result = await this.once(command, extraMs, mayLeave, signal);
      const failure = failureOf(result);
      const other = failure?.reason === 'CipherRefused' || (failure?.reason === 'PrivilegeMissing' && failure.delivered === 'no');
      if (!other || tried === cipherSuites.length) return { result, failure };
      this.suite = (this.suite + 1) % cipherSuites.length;
    }
  }

  private once(
    command: readonly string[],
    extraMs: number,
    mayLeave: MayLeave | undefined,
    signal: AbortSignal,
  ): Promise<RunResult> {
    const { address, credentials, cipherSuites, privilege, run, lane, gapMs } = this.parts;
    const args = commandLine(address, credentials.username, cipherSuites[this.suite]!, privilege, command);
    const send = async (): Promise<RunResult> => {
      await mayLeave?.();
      return run.run(args, credentials.password, DEADLINE_MS + extraMs, signal);
    };
    return lane.take(send, gapMs, signal);
  }

  /** What a failure is to whoever asked for `verb`. */
  error(verb: string, { result, failure }: Answer & { readonly failure: Failure }): BmcError {
    const said = this.quote(result);
    const allowed = failure.reason === 'CipherRefused' ? `; cipher suites allowed: ${this.parts.cipherSuites.join(', ')}` : '';
    const message = `${this.where}: ${verb}: ${failure.meaning}${allowed}${said === '' ? '' : ` (${said})`}`;
    return new BmcError(failure.kind, verb, message, failure.reason);
  }

  get where(): string {
    const { host, port } = this.parts.address;
    return `ipmi://${host.includes(':') ? `[${host}]` : host}:${port}`;
  }

  /** The line that tells most, without secrets and on one line. */
  private quote({ stdout, stderr }: RunResult): string {
    const lines = `${stdout}\n${stderr}`.split('\n').filter((line) => line.trim() !== '' && !NOISE.test(line));
    const line = this.parts.scrub(lines.at(-1) ?? '');
    return line
      .replace(/[^\x20-\x7e]/g, ' ')
      .trim()
      .slice(0, MOST_QUOTED);
  }
}
