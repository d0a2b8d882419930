// A machine behind a program that behaves as ipmitool 1.8.19 does, in its words; with faults one can order.
import { Aborted } from '../../../src/foundation/clock';
import type { IpmitoolRun, RunResult } from '../../../src/bmc/ipmi/run';

/** `lose`: done, and the answer lost. `drop`: not done, and no answer. `ignore`: not done, and said to be. */
export type Fault =
  'lose' | 'drop' | 'refuse' | 'unspecified' | 'unspecified after all' | 'away' | 'kill' | 'node busy' | 'zero flags' | 'ignore';

export const NOISE = `Loading IANA PEN Registry...
Running Get VSO Capabilities my_addr 0x20, transit 0, target 0x20
Invalid completion code received: Invalid command
Discovered IPMB address 0x0
`;
const NO_SESSION = 'Error: Unable to establish IPMI v2 / RMCP+ session\n';
const AWAY = `Get Auth Capabilities error\nError issuing Get Channel Authentication Capabilities request\n${NO_SESSION}`;

const WRITES = /^(?:chassis power (?:on|off)|raw 0x00 0x08 )/;

const said = (stdout: string): RunResult => ({ code: 0, stdout, stderr: NOISE });
const failed = (stderr: string, code: number | null = 1): RunResult => ({
  code,
  stdout: '',
  stderr: `Loading IANA PEN Registry...\n${stderr}`,
});

const silent = (command: string): RunResult => failed(`${silence(command)}\nClose Session command failed\n`);
const complaining =
  (code: string, text: string) =>
  (command: string): RunResult =>
    failed(`${complaint(command, code)}: ${text}\n`);

const OUTCOMES: Readonly<Record<Fault, (command: string) => RunResult>> = {
  away: () => failed(AWAY),
  drop: silent,
  lose: silent,
  kill: () => failed('', null),
  refuse: complaining('0xcc', 'Invalid data field in request'),
  'node busy': complaining('0xc0', 'Node busy'),
  unspecified: complaining('0xff', 'Unspecified error'),
  'unspecified after all': complaining('0xff', 'Unspecified error'),
  'zero flags': () => said('\n'),
  ignore: () => said('\n'),
};

export class FakeIpmitool implements IpmitoolRun {
  power: 'on' | 'off' = 'on';
  /** Readings of the power that still show the old state after an order. */
  lag = 0;
  flags = '0000000000';
  keepsBits = true;
  kept = false;
  suites = ['3', '17'];
  password = 'secret1';
  fru = ' Product Manufacturer  : Example Inc.\n Product Name          : R7\n Product Serial        : SN0000001\n';
  readonly commands: string[] = [];
  readonly argv: (readonly string[])[] = [];
  /** One for each run, from the next one on; undefined: none. */
  readonly faults: (Fault | undefined)[] = [];
  /** As `faults`, for orders only. */
  readonly orderFaults: (Fault | undefined)[] = [];

  run(args: readonly string[], password: string, _timeoutMs: number, signal: AbortSignal): Promise<RunResult> {
    if (signal.aborted) return Promise.reject(new Aborted(signal.reason));
    this.argv.push(args);
    const command = args.slice(args.indexOf('-v') + 1).join(' ');
    this.commands.push(command);
    return Promise.resolve(this.session(args, password) ?? this.faulty(command));
  }

  /** Orders that it was sent. */
  get orders(): readonly string[] {
    return this.commands.filter((command) => WRITES.test(command));
  }

  private session(args: readonly string[], password: string): RunResult | undefined {
    if (!this.suites.includes(args[args.indexOf('-C') + 1] ?? ''))
      return failed(`Error in open session response message : invalid authentication algorithm\n\n${NO_SESSION}`);
    return password === this.password ? undefined : failed(`> RAKP 2 HMAC is invalid\n${NO_SESSION}`);
  }

  private faulty(command: string): RunResult {
    const ordered = WRITES.test(command) ? this.orderFaults.shift() : undefined;
    const fault = this.faults.shift() ?? ordered;
    if (fault === undefined) return this.answer(command);
    if (fault === 'lose' || fault === 'kill' || fault === 'unspecified after all') this.answer(command);
    return OUTCOMES[fault](command);
  }

  private answer(command: string): RunResult {
    const [, act] = this.acts.find(([pattern]) => pattern.test(command)) ?? [];
    if (act === undefined) throw new Error(`unknown to this fake: ${command}`);
    return act(command);
  }

  private readonly acts: readonly (readonly [pattern: RegExp, act: (command: string) => RunResult])[] = [
    [/^chassis power status$/, () => said(`Chassis Power is ${this.seen()}\n`)],
    [/^chassis power (?:on|off)$/, (command) => this.turn(command.endsWith('on') ? 'on' : 'off')],
    [/^raw 0x00 0x09 0x05/, () => said(` 01 05 ${(this.flags.match(/../g) ?? []).join(' ')}\n`)],
    [/^raw 0x00 0x08 0x03/, () => this.keep()],
    [/^raw 0x00 0x08 0x05/, (command) => this.arm(command.split(' ').slice(4))],
    [/^mc info$/, () => said('Firmware Revision         : 9.08\nManufacturer Name         : Some Maker\n')],
    [/^mc guid$/, () => said('System GUID   : 00112233445566778899AABBCCDDEE01\n')],
    [/^fru print 0$/, () => said(this.fru)],
  ];

  private old: 'on' | 'off' = 'on';
  private behind = 0;

  private seen(): 'on' | 'off' {
    return this.behind-- > 0 ? this.old : this.power;
  }

  private turn(to: 'on' | 'off'): RunResult {
    this.old = this.power;
    this.behind = this.lag;
    this.power = to;
    return said(`Chassis Power Control: ${to === 'on' ? 'Up/On' : 'Down/Off'}\n`);
  }

  private keep(): RunResult {
    this.kept = true;
    return said('\n');
  }

  private arm(bytes: readonly string[]): RunResult {
    const digits = bytes.map((byte) => byte.slice(2)).join('');
    this.flags = this.keepsBits ? digits : `00${digits.slice(2)}`;
    return said('\n');
  }
}

function silence(command: string): string {
  return command.startsWith('raw')
    ? 'Unable to send RAW command (channel=0x0 netfn=0x0 lun=0x0 cmd=0x8)'
    : 'Unable to set Chassis Power Control';
}

function complaint(command: string, code: string): string {
  if (command.startsWith('raw')) return `Unable to send RAW command (channel=0x0 netfn=0x0 lun=0x0 cmd=0x8 rsp=${code})`;
  return command.endsWith('status') ? 'Get Chassis Power Status failed' : 'Set Chassis Power Control to Down/Off failed';
}
