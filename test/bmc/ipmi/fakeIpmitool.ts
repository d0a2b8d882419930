// A machine behind a program that behaves as ipmitool 1.8.19 does, in its words; with faults one can order.
import { Aborted } from '../../../src/foundation/clock';
import type { IpmitoolRun, RunResult } from '../../../src/bmc/ipmi/run';

/** `lose`: done, and the answer lost. `drop`: not done, and no answer. */
export type Fault =
  'lose' | 'drop' | 'refuse' | 'unspecified' | 'unspecified after all' | 'away' | 'kill' | 'node busy' | 'zero flags';

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
    switch (fault) {
      case undefined:
        return this.answer(command);
      case 'away':
        return failed(AWAY);
      case 'drop':
        return failed(`${silence(command)}\nClose Session command failed\n`);
      case 'lose':
        this.answer(command);
        return failed(`${silence(command)}\nIPMI Request Match NOT FOUND\nClose Session command failed\n`);
      case 'kill':
        this.answer(command);
        return failed('', null);
      case 'refuse':
        return failed(`${complaint(command, '0xcc')}: Invalid data field in request\n`);
      case 'node busy':
        return failed(`${complaint(command, '0xc0')}: Node busy\n`);
      case 'unspecified after all':
        this.answer(command);
        return failed(`${complaint(command, '0xff')}: Unspecified error\n`);
      case 'unspecified':
        return failed(`${complaint(command, '0xff')}: Unspecified error\n`);
      case 'zero flags':
        return said('\n');
    }
  }

  private answer(command: string): RunResult {
    if (command === 'chassis power status') return said(`Chassis Power is ${this.seen()}\n`);
    if (command.startsWith('chassis power ')) return this.turn(command.endsWith('on') ? 'on' : 'off');
    if (command.startsWith('raw 0x00 0x09 0x05')) return said(` 01 05 ${(this.flags.match(/../g) ?? []).join(' ')}\n`);
    if (command.startsWith('raw 0x00 0x08 0x03')) return this.keep();
    if (command.startsWith('raw 0x00 0x08 0x05')) return this.arm(command.split(' ').slice(4));
    if (command === 'mc info') return said('Firmware Revision         : 9.08\nManufacturer Name         : Some Maker\n');
    if (command === 'mc guid') return said('System GUID   : 00112233445566778899AABBCCDDEE01\n');
    if (command === 'fru print 0') return said(this.fru);
    throw new Error(`unknown to this fake: ${command}`);
  }

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
