// The machine behind a BMC of others: its power and what it boots next, asked and told by its own callbacks, a line each on loopback. A test, or a simulated
// host, is behind it: it sees each call, may keep it waiting, or refuse it.
import { once } from 'node:events';
import { createServer, type Socket } from 'node:net';
import { createInterface } from 'node:readline';

/** What the machine is asked and told; what it throws, the BMC hears as a failure. */
export interface Chassis {
  /** @param what `power` (answers `0` or `1`) or `boot` (a device by the BMC's word for it) */
  get(what: string): string | Promise<string>;
  /** @param what `power` (`0`, `1`), `reset`, `shutdown`, or `boot` */
  set(what: string, value: string): void | Promise<void>;
}

/** One that does as it is told. */
export class PlainChassis implements Chassis {
  power: '0' | '1' = '1';
  boot = 'none';
  /** Of `get` and `set`, as `set power 1`, in order. */
  readonly calls: string[] = [];
  /** Calls that fail, by their beginning. */
  readonly failing = new Set<string>();
  /** Waited for before such a call is carried out, by its beginning. */
  readonly held = new Map<string, Promise<void>>();

  async get(what: string): Promise<string> {
    await this.called(`get ${what}`);
    return what === 'power' ? this.power : this.boot;
  }

  async set(what: string, value: string): Promise<void> {
    await this.called(`set ${what} ${value}`);
    if (what === 'power') this.power = value === '1' ? '1' : '0';
    if (what === 'boot') this.boot = value;
  }

  /** Orders among the calls. */
  get orders(): readonly string[] {
    return this.calls.filter((call) => call.startsWith('set '));
  }

  private async called(call: string): Promise<void> {
    this.calls.push(call);
    for (const [beginning, release] of this.held) if (call.startsWith(beginning)) await release;
    if ([...this.failing].some((beginning) => call.startsWith(beginning))) throw new Error('told to fail');
  }
}

export interface ServedChassis {
  /** On loopback. A line in, `get WHAT` or `set WHAT VALUE`; a line out, `ok TEXT` or `no`. */
  readonly port: number;
  close(): void;
}

export async function serveChassis(chassis: Chassis): Promise<ServedChassis> {
  const open = new Set<Socket>();
  const server = createServer((socket) => {
    open.add(socket.once('close', () => open.delete(socket)));
    socket.on('error', () => socket.destroy());
    createInterface({ input: socket }).once('line', (line) => void answer(chassis, line).then((said) => socket.end(`${said}\n`)));
  }).listen(0, '127.0.0.1');
  await once(server, 'listening');
  return {
    port: (server.address() as { readonly port: number }).port,
    close() {
      server.close();
      for (const socket of open) socket.destroy();
    },
  };
}

async function answer(chassis: Chassis, line: string): Promise<string> {
  const [verb, what = '', value = ''] = line.split(' ');
  try {
    if (verb === 'get') return `ok ${await chassis.get(what)}`;
    await chassis.set(what, value);
    return 'ok';
  } catch {
    // The BMC is told that it failed, which is what was meant.
    return 'no';
  }
}
