// A pool of three on paper: machines, domains and a database that a test moves by hand, step by step, with the books looking on. Each step does to the
// world what its name says and tells it on the bus, so a test can leave one out, double it or put it in the wrong place.
import { VirtualClock } from '../../../src/foundation/virtualClock';
import { createBooks } from '../../../src/simulator/books/createBooks';
import type { Books, EndReport } from '../../../src/simulator/books/createBooks';
import { createEventBus } from '../../../src/simulator/eventBus';
import { LiveDatabase } from '../../../src/simulator/pool/liveDatabase';
import type { DatabaseRecord } from '../../../src/simulator/pool/liveDatabase';
import type { Cause, Domain, EventBus, InstallerStage, Machine, Release } from '../../../src/simulator/world';

export const OLD: Release = { brand: 'XenServer', version: '6.1.0' };
export const NEW: Release = { brand: 'XenServer', version: '6.2.0' };
export const CALL: Cause = { by: 'call', caller: 'controller' };
export const PERSON: Cause = { by: 'person' };
const MACHINE: Cause = { by: 'machine' };
const UPGRADE = '<installation mode="upgrade"/>';
/** The first is the master. Guest `v1` runs on `h1`, and so on; `idle` does not run. */
export const HOSTS: readonly string[] = ['h1', 'h2', 'h3'];

const SUCCEEDED: EndReport = { outcome: 'Succeeded', debts: [], notRestored: [], differences: [] };

export class Script {
  readonly clock = new VirtualClock(0);
  readonly bus: EventBus = createEventBus(this.clock);
  readonly database = new LiveDatabase();
  readonly machines = new Map<string, Machine>(HOSTS.map((uuid) => [uuid, machine(uuid)]));
  readonly domains = new Map<string, Domain>(
    HOSTS.map((host, place) => [`v${place + 1}`, { vm: `v${place + 1}`, host, state: 'Running' }]),
  );
  readonly backups: string[] = [];
  readonly books: Books;

  constructor() {
    fill(this.database);
    this.books = createBooks(this, { backups: () => this.backups, memberRetries: 2, goneOn: () => 0 });
  }

  /** Everything right, from the first dump to the last guest. `change` steps in before the host of that name is drained. */
  upgradeAll(before: (host: string) => void = () => undefined): void {
    this.update('pool', 'pool', { ha_enabled: false });
    this.backup();
    for (const host of HOSTS) {
      before(host);
      this.upgrade(host);
    }
    this.update('pool', 'pool', { ha_enabled: true });
  }

  upgrade(host: string, evacuate = true): void {
    const guest = `v${HOSTS.indexOf(host) + 1}`;
    if (evacuate) this.stop(guest);
    this.update('host', host, { enabled: false });
    this.leave(host);
    this.install(host);
    this.comeUp(host);
    this.update('host', host, { enabled: true });
    if (evacuate) this.start(guest, host);
  }

  backup(): void {
    const row = (record: DatabaseRecord): string =>
      `<row uuid="${String(record['uuid'])}" software_version="${JSON.stringify(record['software_version'] ?? {}).replaceAll('"', "'")}"/>`;
    const table = (name: string): string =>
      `<table name="${name}">${[...this.database.records(name).values()].map(row).join('')}</table>`;
    this.backups.push(`<?xml version="1.0"?><database><manifest/>${table('host')}${table('VM')}</database>`);
    this.bus.emit({ kind: 'dumped', caller: 'controller', dummy: false });
  }

  leave(host: string, cause: Cause = CALL): void {
    const at = this.machine(host);
    at.leaving = 'reboot';
    this.bus.emit({ kind: 'machine', host, change: 'leaving', cause });
    at.leaving = null;
    at.state = 'Booting';
    at.agent = 'Stopped';
    this.bus.emit({ kind: 'machine', host, change: 'off', cause });
  }

  install(host: string, last: InstallerStage = 'complete', answerFile: string | null = UPGRADE, cause: Cause = MACHINE): void {
    const at = this.machine(host);
    at.state = 'Installing';
    at.disk.staged = null;
    this.bus.emit({ kind: 'machine', host, change: 'installer', cause });
    this.bus.emit({ kind: 'installer', host, stage: 'start', answerFile, target: NEW });
    if (last === 'complete') at.disk.system = NEW;
    this.bus.emit({ kind: 'installer', host, stage: last, answerFile, target: NEW });
  }

  comeUp(host: string): void {
    const at = this.machine(host);
    at.state = 'Up';
    this.bus.emit({ kind: 'machine', host, change: 'up', cause: MACHINE });
    at.agent = 'Running';
    this.update('host', host, { software_version: { product_version: (at.disk.system as Release).version } });
    this.bus.emit({ kind: 'machine', host, change: 'agent-up', cause: { by: 'xapi' } });
  }

  die(host: string): void {
    this.machine(host).state = 'Dead';
    this.bus.emit({ kind: 'machine', host, change: 'dead', cause: MACHINE });
  }

  start(vm: string, host: string, cause: Cause = CALL): void {
    this.domains.set(vm, { vm, host, state: 'Running' });
    this.bus.emit({ kind: 'guest', vm, name: vm, change: 'started', host, cause });
  }

  stop(vm: string, cause: Cause = CALL, change: 'stopped' | 'killed' = 'stopped'): void {
    const host = this.domains.get(vm)?.host ?? '';
    this.domains.delete(vm);
    this.bus.emit({ kind: 'guest', vm, name: vm, change, host, cause });
  }

  migrate(vm: string, to: string): void {
    const domain = this.domains.get(vm)!;
    const from = domain.host;
    domain.host = to;
    this.bus.emit({ kind: 'migrated', vm, name: vm, from, to, cause: CALL });
  }

  stage(host: string): void {
    const { disk } = this.machine(host);
    disk.staged = { url: 'http://repository.example', answerFile: UPGRADE, runs: (disk.staged?.runs ?? 0) + 1 };
    this.bus.emit({ kind: 'pool', change: 'staged', cause: CALL });
  }

  update(table: string, ref: string, fields: DatabaseRecord): void {
    this.database.update(table, `ref-${ref}`, fields);
  }

  machine(host: string): Machine {
    return this.machines.get(host)!;
  }

  end(report: Partial<EndReport> = {}): void {
    this.books.judgeEnd({ ...SUCCEEDED, ...report });
  }

  /** Ids of the violated invariants, each once, in order. */
  violated(): readonly string[] {
    return [...new Set(this.books.verdict().violated.map(({ id }) => id))];
  }

  judged(id: string): number {
    return this.books.verdict().checked.find((one) => one.id === id)?.judged ?? 0;
  }
}

function machine(uuid: string): Machine {
  return {
    uuid,
    name: `host ${uuid}`,
    state: 'Up',
    agent: 'Running',
    leaving: null,
    clockSkew: 0,
    bootedAt: 0,
    disk: { system: OLD, backup: null, safe2upgrade: false, layout: 'old', keyBits: 2048, staged: null },
  };
}

function fill(database: LiveDatabase): void {
  const add = (table: string, uuid: string, record: DatabaseRecord): void =>
    database.create(table, `ref-${uuid}`, { uuid, ...record });
  add('pool', 'pool', { master: 'ref-h1', ha_enabled: true, wlb_enabled: false, other_config: { auto_poweron: 'true' } });
  add('SR', 'sr', { type: 'nfs', other_config: {} });
  add('VDI', 'iso', {});
  for (const [place, host] of HOSTS.entries()) {
    const software = { product_version: OLD.version };
    add('host', host, {
      name_label: `host ${host}`,
      address: `10.0.0.${place}`,
      enabled: true,
      other_config: {},
      software_version: software,
    });
    add('PIF', `pif-${host}`, { host: `ref-${host}`, MAC: `00:16:3e:00:00:0${place}`, VLAN: -1, device: 'eth0', physical: true });
    add('PBD', `pbd-${host}`, {
      host: `ref-${host}`,
      SR: 'ref-sr',
      currently_attached: true,
      device_config: { server: 'filer' },
    });
    const guest = {
      name_label: `guest ${place + 1}`,
      is_a_template: false,
      is_control_domain: false,
      other_config: {},
      current_operations: {},
    };
    add('VM', `v${place + 1}`, { ...guest, resident_on: `ref-${host}` });
    add('VBD', `cd-${place + 1}`, { VM: `ref-v${place + 1}`, type: 'CD', empty: false, VDI: 'ref-iso' });
  }
  add('VM', 'idle', {
    name_label: 'idle',
    is_a_template: false,
    is_control_domain: false,
    other_config: {},
    current_operations: {},
  });
}
