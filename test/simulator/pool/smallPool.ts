// A small pool written by hand for tests of the simulated XAPI: hosts with local storage and a DVD drive, one shared SR, one network, a few guests; and a
// client that speaks JSON-RPC to it in virtual time.
import { seededRandom } from '../../../src/foundation/random';
import { VirtualClock } from '../../../src/foundation/virtualClock';
import { createWorld, type SimulatedWorld } from '../../../src/simulator/createWorld';
import { listHosts, type LoadedPool } from '../../../src/simulator/dump/loadedPool';
import { armFaults, parseFault } from '../../../src/simulator/faults';
import { LiveDatabase, type DatabaseRecord } from '../../../src/simulator/pool/liveDatabase';
import { factsOf, softwareVersionOf } from '../../../src/simulator/releases';
import type { Release, WorldEvent } from '../../../src/simulator/world';
import { TransportFailure } from '../../../src/xenapi/transport';

export const GIB = 1024 ** 3;
export const NULL = 'OpaqueRef:NULL';
const START = Date.UTC(2020, 0, 1);
const LIMIT = 30 * 86_400_000;

export interface PoolShape {
  readonly release?: Release;
  readonly hosts?: number;
  /** Changes records after the pool was made and before the world begins. */
  readonly prepare?: (database: LiveDatabase) => void;
  readonly faults?: readonly string[];
  readonly targets?: readonly Release[];
  /** Milliseconds a machine takes to boot; default: minutes. */
  readonly boot?: { readonly shortest: number; readonly longest: number };
}

/** `h1` is the master. Each host has `local-hN` (100 GiB, empty but for VM `pinned-hN`'s disk when asked) and `dvd-hN`. */
export function makeDatabase(release: Release, hosts: number): LiveDatabase {
  const database = new LiveDatabase();
  const names = Array.from({ length: hosts }, (_, index) => `h${index + 1}`);
  database.create('network', 'net', { uuid: 'u-net', name_label: 'net', PIFs: names.map((name) => `pif-${name}`), VIFs: [] });
  addSr(database, 'shared', { type: 'lvmoiscsi', shared: true, size: 500 * GIB });
  for (const name of names) addHost(database, name, names.indexOf(name), release);
  database.create('pool', 'pool', {
    uuid: 'u-pool',
    name_label: 'pool',
    master: 'h1',
    other_config: {},
    default_SR: 'shared',
    suspend_image_SR: 'shared',
    ha_enabled: false,
    ha_host_failures_to_tolerate: 0,
    wlb_enabled: false,
    wlb_url: '',
  });
  return database;
}

function addSr(
  database: LiveDatabase,
  ref: string,
  { type, shared, size }: { type: string; shared: boolean; size: number },
): void {
  const content = type === 'iso' ? 'iso' : 'user';
  const sizes = { physical_size: size, physical_utilisation: 0 };
  database.create('SR', ref, {
    uuid: `u-${ref}`,
    name_label: ref,
    type,
    shared,
    content_type: content,
    VDIs: [],
    PBDs: [],
    ...sizes,
  });
}

function addPbd(database: LiveDatabase, host: string, sr: string): void {
  const ref = `pbd-${sr}-${host}`;
  database.create('PBD', ref, { uuid: `u-${ref}`, host, SR: sr, currently_attached: true, device_config: {} });
}

function addHost(database: LiveDatabase, name: string, index: number, release: Release): void {
  addSr(database, `local-${name}`, { type: 'lvm', shared: false, size: 100 * GIB });
  addSr(database, `dvd-${name}`, { type: 'iso', shared: false, size: GIB });
  addDisk(database, `cd-${name}`, `dvd-${name}`);
  for (const sr of ['shared', `local-${name}`, `dvd-${name}`]) addPbd(database, name, sr);
  database.create('PIF', `pif-${name}`, { uuid: `u-pif-${name}`, host: name, network: 'net', management: true, device: 'eth0' });
  database.create('host_metrics', `m-${name}`, { uuid: `u-m-${name}`, live: true, memory_total: 9 * GIB, memory_free: 8 * GIB });
  database.create('VM', `dom0-${name}`, {
    uuid: `u-dom0-${name}`,
    is_control_domain: true,
    resident_on: name,
    power_state: 'Running',
    memory_target: GIB,
  });
  database.create('host', name, {
    uuid: `u-${name}`,
    name_label: name,
    address: `10.0.0.${index + 1}`,
    enabled: true,
    metrics: `m-${name}`,
    memory_overhead: 0,
    software_version: softwareVersionOf(release),
    other_config: { boot_time: '1000.', agent_start_time: '1001.' },
    capabilities: ['hvm-3.0-x86_64'],
    resident_VMs: [`dom0-${name}`],
    PBDs: ['shared', `local-${name}`, `dvd-${name}`].map((sr) => `pbd-${sr}-${name}`),
    power_on_mode: '',
  });
}

export function addDisk(database: LiveDatabase, ref: string, sr: string): void {
  database.create('VDI', ref, { uuid: `u-${ref}`, name_label: ref, SR: sr, VBDs: [], type: 'user', virtual_size: GIB });
}

export interface GuestShape {
  readonly on?: string;
  readonly sr?: string;
  readonly memory?: number;
  readonly hvm?: boolean;
  readonly drivers?: boolean;
  readonly more?: DatabaseRecord;
}

/** A guest with a disk, a network card and an empty CD drive `cdrom-NAME`; running when `on` names a host. Paravirtualised unless told otherwise. */
export function addGuest(database: LiveDatabase, name: string, shape: GuestShape = {}): void {
  const { hvm = false, drivers = !hvm } = shape;
  addDisk(database, `disk-${name}`, shape.sr ?? 'shared');
  database.create('VBD', `vbd-${name}`, { uuid: `u-vbd-${name}`, VM: name, VDI: `disk-${name}`, type: 'Disk', empty: false });
  database.create('VBD', `cdrom-${name}`, { uuid: `u-cdrom-${name}`, VM: name, VDI: NULL, type: 'CD', empty: true });
  database.create('VIF', `vif-${name}`, { uuid: `u-vif-${name}`, VM: name, network: 'net' });
  if (drivers) database.create('VM_guest_metrics', `g-${name}`, { uuid: `u-g-${name}`, PV_drivers_version: { major: '6' } });
  const kind = { HVM_boot_policy: hvm ? 'BIOS order' : '', guest_metrics: drivers ? `g-${name}` : NULL };
  database.create('VM', name, { ...plainGuest(name, shape.on, shape.memory ?? GIB), ...kind, ...shape.more });
}

function plainGuest(name: string, on: string | undefined, memory: number): DatabaseRecord {
  return {
    uuid: `u-${name}`,
    name_label: name,
    power_state: on === undefined ? 'Halted' : 'Running',
    resident_on: on ?? NULL,
    affinity: NULL,
    memory_static_max: memory,
    memory_dynamic_max: memory,
    memory_dynamic_min: memory,
    memory_overhead: 0,
    VBDs: [`vbd-${name}`, `cdrom-${name}`],
    VIFs: [`vif-${name}`],
    other_config: {},
    current_operations: {},
    blocked_operations: {},
    is_a_template: false,
    is_control_domain: false,
  };
}

export const SIX_ONE: Release = { brand: 'XenServer', version: '6.1.0' };
export const SIX_TWO: Release = { brand: 'XenServer', version: '6.2.0' };

function loaded(database: LiveDatabase, release: Release): LoadedPool {
  const manifest = [
    ['schema_major_vsn', '5'],
    ['schema_minor_vsn', '66'],
  ] as const;
  const origin = { manifest, tables: [], rows: new Map(), foreign: new Map(), generation: database.generation };
  return {
    database,
    release,
    apiRelease: factsOf(release).api,
    hosts: listHosts(database, 'h1'),
    masterRef: 'h1',
    warnings: [],
    origin,
  };
}

/** A world in virtual time, with its events. */
export class Rig {
  readonly clock = new VirtualClock(START);
  readonly events: WorldEvent[] = [];
  readonly database: LiveDatabase;
  readonly world: SimulatedWorld;

  constructor(shape: PoolShape = {}) {
    const release = shape.release ?? SIX_ONE;
    this.database = makeDatabase(release, shape.hosts ?? 2);
    shape.prepare?.(this.database);
    const hosts = [...this.database.records('host').values()].map((record) => ({
      uuid: String(record['uuid']),
      name: String(record['name_label']),
    }));
    const vms = [...this.database.records('VM').values()].map((record) => ({
      uuid: String(record['uuid']),
      name: String(record['name_label'] ?? ''),
    }));
    const roles = hosts.map((host, index) => ({ ...host, role: index === 0 ? ('master' as const) : ('member' as const) }));
    const repositories = new Map(
      [SIX_ONE, SIX_TWO, ...(shape.targets ?? [])].map((target) => [`http://repo/${target.version}`, target]),
    );
    this.world = createWorld({
      clock: this.clock,
      random: seededRandom(7),
      pool: loaded(this.database, release),
      password: 'secret',
      repositories,
      ...(shape.boot === undefined ? {} : { boot: shape.boot }),
      faults: armFaults((shape.faults ?? []).map(parseFault), { hosts: roles, vms }),
    });
    this.world.bus.on((event) => this.events.push(event));
  }

  /** Runs `work` in virtual time to its end. */
  async run<T>(work: () => Promise<T>): Promise<T> {
    let ended = false;
    const result = work().finally(() => {
      ended = true;
    });
    result.catch(() => undefined);
    await this.clock.run(() => ended, LIMIT);
    return result;
  }

  /** Disables a host and tells it to reboot, which is accepted. @returns the client that did */
  async orderReboot(host: string): Promise<Client> {
    const client = await this.login();
    await client.call('host.disable', host);
    await client.call('host.reboot', host);
    return client;
  }

  sleep(seconds: number): Promise<void> {
    return new Promise((resolve) => {
      this.clock.after(seconds * 1_000, resolve);
    });
  }

  /** Waits until `holds`, looking every second; rejects after an hour. */
  async until(holds: () => boolean): Promise<void> {
    for (let second = 0; second < 3_600; second++) {
      if (holds()) return;
      await this.sleep(1);
    }
    throw new Error('waited an hour in vain');
  }

  client(host = 'h1', caller = 'test'): Client {
    const transport = this.world.transport(caller);
    const origin = `https://${String(this.database.get('host', host)?.['address'])}`;
    return new Client(
      (path, body, signal) => transport.post(origin, path, body, signal),
      (path, signal) => transport.get(origin, path, signal),
    );
  }

  /** A client that has logged in. */
  async login(host = 'h1', caller = 'test'): Promise<Client> {
    const client = this.client(host, caller);
    await client.login();
    return client;
  }

  field(table: string, ref: string, field: string): unknown {
    return this.database.get(table, ref)?.[field];
  }

  stateOf(host: string): string | undefined {
    return this.world.machines.get(`u-${host}`)?.state;
  }

  inPlace(vm: string): string | undefined {
    return this.world.domains.get(`u-${vm}`)?.host;
  }
}

type Post = (path: string, body: string, signal: AbortSignal) => Promise<{ readonly status: number; readonly body: string }>;
type Get = (path: string, signal: AbortSignal) => Promise<{ readonly status: number; readonly body: string }>;

/** An error of XenAPI, or of the wire. */
export class Refusal extends Error {
  constructor(readonly description: readonly string[]) {
    super(description.join(' '));
  }
}

export class Client {
  session = '';

  constructor(
    private readonly post: Post,
    private readonly get: Get,
  ) {}

  async login(): Promise<void> {
    this.session = (await this.bare('session.login_with_password', 'root', 'secret')) as string;
  }

  /** With the session in front. @throws Refusal */
  call(method: string, ...params: readonly unknown[]): Promise<unknown> {
    return this.bare(method, this.session, ...params);
  }

  async bare(method: string, ...params: readonly unknown[]): Promise<unknown> {
    const body = JSON.stringify({ jsonrpc: '2.0', method, params, id: 1 });
    const answer = JSON.parse((await this.post('/jsonrpc', body, new AbortController().signal)).body) as {
      result?: unknown;
      error?: { message: string; data: string[] };
    };
    if (answer.error !== undefined) throw new Refusal([answer.error.message, ...answer.error.data]);
    return answer.result;
  }

  raw(path: string, body: string): Promise<{ readonly status: number; readonly body: string }> {
    return this.post(path, body, new AbortController().signal);
  }

  download(path: string): Promise<{ readonly status: number; readonly body: string }> {
    return this.get(path, new AbortController().signal);
  }
}

/** The error of a call that must fail: XenAPI's description, or `wire KIND`. */
export async function refusalOf(call: Promise<unknown>): Promise<readonly string[]> {
  try {
    await call;
  } catch (error) {
    if (error instanceof Refusal) return error.description;
    if (error instanceof TransportFailure) return ['wire', error.kind];
    throw error;
  }
  throw new Error('the call was expected to fail and did not');
}
