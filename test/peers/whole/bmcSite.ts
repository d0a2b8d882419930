// What stands beside the served pool of a whole upgrade: the boot server as the product has it, on a socket and with the vendor's ISO from the pool's mirror, and BMCs
// that strangers play, to which the controller goes by the drivers it always has. Who plays them follows the machines of the pool, and they it.
import type { BootHandler } from '../../../src/boot/server/request';
import { openListener } from '../../../src/boot/server/listener';
import type { BootKeys } from '../../../src/boot/server/tokens';
import { IsoShelf } from '../../../src/boot/shelf/isoShelf';
import { Lanes } from '../../../src/bmc/lane';
import { spawnIpmitool } from '../../../src/bmc/ipmi/spawnRun';
import { BootService } from '../../../src/controller/boot/bootService';
import { bmcOpener } from '../../../src/controller/machines/openNamed';
import { realClock } from '../../../src/foundation/realClock';
import { systemRandom } from '../../../src/foundation/systemRandom';
import { vendorIso } from '../../../src/simulator/media/vendorIso';
import type { BmcState, FirmwareMode, HostUuid, Release } from '../../../src/simulator/world';
import type { OpenedSite, SiteScene, WireSite } from '../../e2e/wireSite';
import { hurried } from '../hurried';

export const CREDENTIALS = { username: 'admin', password: 'a-Secret-7$x' } as const;
/** Of the Secret with the login of all BMCs. */
export const LOGIN = 'bmc-login';
const KEYS: BootKeys = [{ version: 'k1', secret: Buffer.alloc(32, 'whole upgrade') }];

/** Of the pool's time, which is sped up, where that of strangers is real, and slow where the machine under them has much to do. */
const DEADLINES = { drain: '12h', powerOff: '6h', installerStart: '6h', install: '12h', rejoin: '6h', settle: '6h' } as const;
/** No stranger needs a breath between two commands. */
const BREATHLESS = 100;

/** The BMCs of all machines of a pool. */
export interface PlayedBmcs {
  /** `spec.hosts[].bmc`, but for the login, and what else is so of the host. */
  readonly named: ReadonlyMap<HostUuid, Readonly<Record<string, unknown>>>;
  readonly states: ReadonlyMap<HostUuid, BmcState>;
  readonly secrets?: OpenedSite['secrets'];
  close(): Promise<void>;
}

export interface BmcSiteParts {
  readonly method: 'VirtualMedia' | 'PXE';
  readonly firmware: FirmwareMode;
  readonly target: Release;
  /** How many times as soon as with BMCs of iron the drivers' patience is over. */
  readonly hurry: number;
  readonly play: (scene: SiteScene) => Promise<PlayedBmcs>;
}

export interface BootRequested {
  readonly agent: string;
  readonly target: string;
  readonly status: number;
}

export interface BmcSite extends WireSite {
  /** What the boot server was asked for, in order. */
  readonly requested: readonly BootRequested[];
}

export async function bmcSite(parts: BmcSiteParts): Promise<BmcSite> {
  const requested: BootRequested[] = [];
  const closing: (() => void | Promise<void>)[] = [];
  let handler: BootHandler | undefined;
  const listener = await openListener({
    host: '127.0.0.1',
    port: 0,
    clock: realClock(),
    async handler(request, signal) {
      if (handler === undefined) throw new Error('nothing may be asked of the boot server before there is a pool');
      const answer = await handler(request, signal);
      requested.push({ agent: request.headers['user-agent'] ?? '', target: request.target, status: answer.status });
      return answer;
    },
  });
  closing.push(() => listener.close(0));
  return {
    requested,
    machines: { firmware: parts.firmware, bootServer: listener.url },
    async open(scene) {
      const service = bootService(scene);
      handler = service.handle;
      const stop = new AbortController();
      const running = service.run(stop.signal).catch(scene.onDefect);
      closing.push(async () => {
        stop.abort();
        await running;
      });
      const played = await parts.play(scene);
      closing.push(() => played.close());
      return opened(parts, scene, played, listener.url);
    },
    async close() {
      for (const close of closing.splice(0).reverse()) await close();
    },
  };
}

function bootService({ simulation, api, log }: SiteScene): BootService {
  const steady = realClock();
  return new BootService({
    api,
    clock: simulation.clock,
    steady,
    random: systemRandom(),
    log,
    namespaces: [],
    keys: () => KEYS,
    shelf: (isoOf) => new IsoShelf({ isoOf, folder: undefined, clock: steady, log }),
  });
}

function opened(parts: BmcSiteParts, { simulation }: SiteScene, played: PlayedBmcs, url: string): OpenedSite {
  const { method, firmware, target, hurry } = parts;
  const clock = hurried(hurry);
  const iso = { url: `${simulation.mirrorUrl}${target.brand}/${target.version}.iso`, sha256: vendorIso(target).sha256 };
  const hosts = [...played.named].map(([host, bmc]) => ({ name: host, bmc: { ...bmc, credentialsRef: { name: LOGIN } } }));
  return {
    spec: {
      boot: { method, firmware, serverURLs: { hosts: url, bmcs: url } },
      releases: [{ ...target, iso }],
      hosts,
      deadlines: DEADLINES,
    },
    secrets: { [LOGIN]: CREDENTIALS, ...played.secrets },
    controller: {
      openBmc: bmcOpener({
        clock,
        random: systemRandom(),
        lanes: new Lanes(hurried(BREATHLESS)),
        run: spawnIpmitool({ clock: realClock() }),
      }),
      bootServer: { keys: () => KEYS, hostsUrl: undefined, bmcsUrl: undefined },
    },
    bmcs: played.states,
  };
}
