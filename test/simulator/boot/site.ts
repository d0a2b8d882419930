// A pool whose hosts have BMCs, with a boot server and a mirror in the same process: what the tests of booting work at. It is driven as the operator drives it, by a
// Redfish driver and by the paths of attempts, and judged by the world alone.
import { openBmc, type OpenedBmc } from '../../../src/bmc/open';
import { installerWords } from '../../../src/boot/arguments/installerArguments';
import { inspectMedia } from '../../../src/boot/media/inspect';
import { viewOf, viewSource } from '../../../src/boot/media/view';
import type { BootAttempt } from '../../../src/boot/server/attempt';
import { answerAt, mediaUrl } from '../../../src/boot/server/attemptPaths';
import { SightingBook } from '../../../src/boot/server/book';
import { bytesSource } from '../../../src/boot/server/bootFiles';
import { BootServer } from '../../../src/boot/server/bootServer';
import { AttemptsKnown } from '../../../src/boot/server/openAttempt';
import type { BootRequest } from '../../../src/boot/server/request';
import type { Sightings } from '../../../src/boot/server/sightings';
import type { Medium } from '../../../src/boot/server/source';
import { silentLog } from '../../../src/foundation/log';
import { seededRandom } from '../../../src/foundation/random';
import { VirtualClock } from '../../../src/foundation/virtualClock';
import { type Books, createBooks } from '../../../src/simulator/books/createBooks';
import { createWorld, type SimulatedWorld } from '../../../src/simulator/createWorld';
import { makePool } from '../../../src/simulator/dump';
import { type ArmedFaults, armFaults, parseFault } from '../../../src/simulator/faults';
import { createMirror } from '../../../src/simulator/media/mirror';
import { vendorIso } from '../../../src/simulator/media/vendorIso';
import { type HostNetwork, joinNetworks, NOWHERE } from '../../../src/simulator/network/hostNetwork';
import type { FirmwareMode, InstallerStage, Machine, Release } from '../../../src/simulator/world';
import { never } from '../../boot/media/made/bytesSource';
import { bytesOf, KEY, MemoryKeeper } from '../../boot/server/smallSite';

export const OLD: Release = { brand: 'XCP-ng', version: '8.2.1' };
export const NEW: Release = { brand: 'XCP-ng', version: '8.3.0' };
export const CREDENTIALS = { username: 'operator', password: 'correct horse' };
const BOOT_SERVER = 'http://boot.example:8080';
const MIRROR = 'http://mirror.example/8.3.0.iso';
const HOUR = 3_600_000;

export interface SiteShape {
  readonly faults?: readonly string[];
  readonly profile?: string;
  readonly firmware?: FirmwareMode;
  readonly old?: Release;
  readonly attempt?: Partial<BootAttempt>;
  readonly restoreAsked?: boolean;
  /** Without a view: as the vendor made it. */
  readonly untouched?: boolean;
}

export class Site {
  readonly clock = new VirtualClock(Date.UTC(2026, 0, 10, 2));
  readonly world: SimulatedWorld;
  readonly books: Books;
  readonly faults: ArmedFaults;
  readonly stages: InstallerStage[] = [];
  readonly details: string[] = [];
  /** Addresses that asked the boot server, and for what. */
  readonly asked: { readonly at: number; readonly from: string; readonly path: string }[] = [];
  readonly names: readonly string[];
  /** Another one takes its place; it is never changed. */
  attempt: BootAttempt;
  /** Answers of the boot server are held back, as when it is away. */
  away = false;
  private readonly book = new SightingBook(new MemoryKeeper());
  private readonly firmware: FirmwareMode;

  constructor(private readonly shape: SiteShape = {}) {
    const pool = makePool({ hosts: 2, vms: 0, release: shape.old ?? OLD });
    this.names = pool.hosts.map(({ name }) => name);
    this.firmware = shape.firmware ?? 'BIOS';
    const hosts = pool.hosts.map((host, place) => ({ ...host, role: place === 0 ? ('master' as const) : ('member' as const) }));
    this.faults = armFaults((shape.faults ?? []).map(parseFault), { hosts, vms: [] });
    const mirror = createMirror([{ url: MIRROR, what: 'iso', release: NEW }]);
    this.world = createWorld({
      ...{ clock: this.clock, random: seededRandom(9), pool, password: 'secret', repositories: new Map(), faults: this.faults },
      network: joinNetworks([this.bootServer(), mirror]),
      pxe: BOOT_SERVER,
      firmware: this.firmware,
      bmcs: pool.hosts.map(({ name }) => ({
        ...{ host: name, origin: originOf(name), credentials: CREDENTIALS },
        profile: shape.profile ?? 'generic',
      })),
    });
    this.world.bus.on((event) => {
      if (event.kind !== 'installer') return;
      this.stages.push(event.stage);
      if (event.detail !== undefined) this.details.push(event.detail);
    });
    this.books = createBooks(this.world, {
      ...{ backups: () => [this.world.dump()], memberRetries: 2, goneOn: () => 0 },
      restoreAsked: () => shape.restoreAsked === true,
    });
    this.attempt = { ...this.plainAttempt(), ...shape.attempt };
  }

  machine(index = 0): Machine {
    return [...this.world.machines.values()].find(({ name }) => name === this.names[index])!;
  }

  /** The way of a controller to the BMC at that host's address. */
  driver(index = 0): OpenedBmc {
    return openBmc({
      address: `redfish+${originOf(this.names[index]!)}`,
      credentials: CREDENTIALS,
      policy: { allowPlaintext: false },
      clock: this.clock,
      random: seededRandom(4),
      settings: 'spec.hosts[].bmc',
      transportFor: this.world.bmcTransport('controller'),
    } as unknown as Parameters<typeof openBmc>[0]);
  }

  get imageUrl(): string {
    return mediaUrl(KEY, this.attempt, BOOT_SERVER);
  }

  get sightings(): Sightings {
    return this.book.of(this.attempt);
  }

  /** What the work gives, in virtual time. @throws what it throws, and Error when it does not end */
  async run<T>(work: Promise<T>): Promise<T> {
    let over = false;
    const settle = (): void => void (over = true);
    work.then(settle, settle);
    const end = await this.clock.run(() => over, this.clock.monotonic() + HOUR);
    if (!over) throw new Error(`it did not end (${end})`);
    return work;
  }

  /** Lets two hours pass, or less where something holds before. */
  async until(holds: () => boolean = () => false): Promise<void> {
    await this.clock.run(holds, this.clock.monotonic() + 2 * HOUR);
  }

  /** By the hypervisor, as an operator does it before it takes to a BMC. */
  async shutDown(index = 0): Promise<void> {
    this.world.links.leave(this.machine(index).uuid, 'shutdown', { by: 'call', caller: 'controller' });
    await this.until(() => this.machine(index).state === 'Off');
  }

  /** Shuts the first host down, has its BMC boot it once from the image, or from the network, and lets it come to an end. */
  async bootOnce(target: 'Cd' | 'Pxe', mode?: FirmwareMode): Promise<void> {
    const driver = this.driver();
    await this.shutDown();
    if (target === 'Cd') await this.run(driver.insertMedia(this.imageUrl, () => true, never));
    await this.run(driver.setBootOnce(target, mode, never));
    await this.run(driver.setPower('On', never));
    await this.until();
  }

  private plainAttempt(): BootAttempt {
    const host = this.world.machines.keys().next().value!;
    const pif = [...this.world.database.records('PIF').values()].find((one) => one['management'] === true)!;
    const mac = String(pif['MAC']).toLowerCase();
    return {
      ...{ pool: 'a pool', host, attempt: 1, expires: this.clock.now() + 24 * HOUR, run: 'run-1' },
      ...{ method: 'PXE', intent: 'upgrade', target: NEW, disk: '/dev/disk/by-id/scsi-1', baseUrl: BOOT_SERVER },
      machine: { macs: [mac] },
      arguments: {
        networkDevice: mac,
        networkConfig: { kind: 'static', ip: '10.77.0.99', netmask: '255.255.255.0', gateway: '10.77.0.1', dns: ['10.77.0.1'] },
      },
    };
  }

  private bootServer(): HostNetwork {
    const server = new BootServer({
      known: () => new AttemptsKnown([KEY], [this.attempt]),
      blind: () => undefined,
      shelf: { mediumOf: () => this.medium() },
      book: this.book,
      clock: this.clock,
      log: silentLog,
    });
    return {
      get: async (request, signal) => {
        if (!request.url.startsWith(`${BOOT_SERVER}/`)) return NOWHERE.get(request, signal);
        if (this.away) return new Promise(() => undefined);
        const { range, from } = request;
        const target = request.url.slice(BOOT_SERVER.length);
        this.asked.push({ at: this.clock.monotonic(), from, path: target });
        const headers: BootRequest['headers'] =
          range === undefined ? {} : { range: `bytes=${range.offset}-${range.offset + range.length - 1}` };
        const answer = await server.handle({ method: 'GET', target, headers, from }, signal);
        return { status: answer.status, headers: answer.headers, body: await bytesOf(answer) };
      },
    };
  }

  private async medium(): Promise<Medium> {
    const { bytes, files } = vendorIso(NEW);
    const source = bytesSource(bytes);
    const inspection = await inspectMedia(source, never);
    const view = viewOf(inspection, installerWords(this.attempt.arguments, answerAt(KEY, this.attempt)));
    return {
      view: { source: this.shape.untouched === true ? source : viewSource(view, source), version: 'v1' },
      version: 'v1',
      tree: {
        file(path) {
          const content = files.get(`/${path.join('/')}`);
          return Promise.resolve(content === undefined ? undefined : bytesSource(content));
        },
      },
      vendor: inspection.configurations.find(({ firmware }) => firmware === this.firmware)!.vendor,
    };
  }
}

export function originOf(name: string): string {
  return `https://bmc-${name}.example`;
}
