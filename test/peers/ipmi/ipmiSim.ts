// One BMC played by OpenIPMI's ipmi_sim (Debian `openipmi`), a program that nobody here wrote: lanplus, cipher suite 3, and a chassis that this process plays
// (bmc.md 5.1, 10.2). It gives back of boot flags the device alone.
import { type ChildProcess, spawn } from 'node:child_process';
import { once } from 'node:events';
import { mkdirSync, mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import path from 'node:path';
import { text } from 'node:stream/consumers';
import { type Chassis, type ServedChassis, serveChassis } from './chassis';
import { answering, freeUdpPort, LOOPBACK } from './freePort';
import { fruOf, type Product } from './fru';

export interface IpmiSimParts {
  readonly credentials: { readonly username: string; readonly password: string };
  readonly chassis: Chassis;
  readonly product: Product;
  /** 32 hexadecimal digits. */
  readonly guid: string;
}

const CONTROL = path.join(__dirname, 'control.sh');

export class IpmiSim {
  private constructor(
    private readonly child: ChildProcess,
    private readonly folder: string,
    private readonly served: ServedChassis,
    private readonly host: string,
    readonly port: number,
  ) {}

  /** @param host loopback address at which it listens: where there are several, each needs its own, as in a rack */
  static async start({ credentials, chassis, product, guid }: IpmiSimParts, host = LOOPBACK): Promise<IpmiSim> {
    const folder = mkdtempSync(path.join(tmpdir(), 'ipmi-sim-'));
    const write = (name: string, content: string | Buffer): string => {
      const file = path.join(folder, name);
      writeFileSync(file, content, { mode: 0o600 });
      return file;
    };
    mkdirSync(path.join(folder, 'state'));
    const served = await serveChassis(chassis);
    const port = await freeUdpPort(host);
    const control = `${CONTROL} ${served.port}`;
    const fru = fruOf(product);
    const lan = write('lan.conf', lanConf({ host, port, guid, control, ...credentials }));
    const emulated = write('sim.emu', emulation(fru.length, write('fru.bin', fru)));
    const args = ['-c', lan, '-f', emulated, '-s', path.join(folder, 'state'), '-p', '-n'];
    const child = spawn('ipmi_sim', args, { stdio: ['ignore', 'pipe', 'pipe'] });
    const complaints = Promise.all([text(child.stdout), text(child.stderr)]);
    const ended = Promise.race([once(child, 'exit'), once(child, 'error')]).then(async () => {
      throw new Error(`ipmi_sim ended before it answered:\n${(await complaints).join('')}`);
    });
    ended.catch(() => undefined);
    await answering(port, ended, host);
    return new IpmiSim(child, folder, served, host, port);
  }

  get address(): string {
    return `ipmi://${this.host}:${this.port}`;
  }

  /** It hears, and does not answer any more. */
  freeze(): void {
    this.child.kill('SIGSTOP');
  }

  thaw(): void {
    this.child.kill('SIGCONT');
  }

  async stop(): Promise<void> {
    const ended = this.child.exitCode === null && this.child.signalCode === null ? once(this.child, 'exit') : undefined;
    // It does not end by a word while it is frozen.
    this.child.kill('SIGKILL');
    await ended;
    this.served.close();
    rmSync(this.folder, { recursive: true, force: true });
  }
}

interface LanConf {
  readonly host: string;
  readonly port: number;
  readonly guid: string;
  readonly control: string;
  readonly username: string;
  readonly password: string;
}

function lanConf({ host, port, guid, control, username, password }: LanConf): string {
  const auth = 'none md2 md5 straight';
  return [
    'name "bmc"',
    'set_working_mc 0x20',
    'startlan 1',
    `  addr ${host} ${port}`,
    '  priv_limit admin',
    `  allowed_auths_admin ${auth}`,
    `  allowed_auths_operator ${auth}`,
    `  allowed_auths_user ${auth}`,
    `  guid ${guid}`,
    'endlan',
    `chassis_control "${control}"`,
    `user 2 true "${username}" "${password}" admin 10 ${auth}`,
    '',
  ].join('\n');
}

function emulation(size: number, file: string): string {
  return [
    'mc_setbmc 0x20',
    'mc_add 0x20 0 no-device-sdrs 0x2b 9 8 0x9f 0x1291 0xf02',
    'sel_enable 0x20 1000 0x0a',
    `mc_add_fru_data 0x20 0 ${size} file 0 "${file}"`,
    'mc_enable 0x20',
    '',
  ].join('\n');
}
