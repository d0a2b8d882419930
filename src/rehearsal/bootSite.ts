// What a site has beside its pool, played: a mirror with the images and trees that the manifest names, the boot server as a process of its own, and the network by
// which hosts and BMCs reach both.
import type { PoolUpgrade } from '../api/generated/poolUpgrade';
import { bytesSource } from '../boot/server/bootFiles';
import type { BootAnswer, BootRequest } from '../boot/server/request';
import type { BootKeys } from '../boot/server/tokens';
import { MediaError } from '../boot/media/mediaError';
import type { OpenSource } from '../boot/media/sources/opened';
import { IsoShelf } from '../boot/shelf/isoShelf';
import type { BootServerAccess } from '../controller/boot/access';
import { BootService } from '../controller/boot/bootService';
import type { Clock } from '../foundation/clock';
import type { Log } from '../foundation/log';
import { seededRandom } from '../foundation/random';
import type { KubernetesApi } from '../kubernetes/api';
import { createMirror, type Mirrored } from '../simulator/media/mirror';
import { vendorIso } from '../simulator/media/vendorIso';
import { type HostNetwork, NetworkFailure, NOWHERE } from '../simulator/network/hostNetwork';
import { Life } from './life';

/** How hosts and BMCs reach the boot server unless the manifest says otherwise. */
export const BOOT_URL = 'http://boot.rehearsal.invalid:8081';
const KEYS: BootKeys = [{ version: 'k1', secret: Buffer.alloc(32, 'rehearsal') }];

export const BOOT_SERVER: BootServerAccess = { keys: () => KEYS, hostsUrl: BOOT_URL, bmcsUrl: undefined };

export interface BootSiteParts {
  readonly manifest: PoolUpgrade;
  readonly clock: Clock;
  readonly seed: number;
  readonly log: Log;
  /** The cluster, as the process with this life sees it. */
  readonly api: (life: Life) => KubernetesApi;
  readonly onDefect: (error: unknown) => void;
}

/** Bases of the URLs under which the boot server answers. */
export function bootBases({ spec }: PoolUpgrade): readonly string[] {
  const { hosts, bmcs } = spec.boot.serverURLs ?? {};
  return [BOOT_URL, hosts, bmcs].flatMap((url) => (url === undefined ? [] : [url.replace(/\/+$/, '')]));
}

export function mirrorOf(manifest: PoolUpgrade): HostNetwork {
  return createMirror(mirrored(manifest).filter(({ url }) => URL.canParse(url)));
}

function mirrored({ spec }: PoolUpgrade): readonly Mirrored[] {
  const brand = spec.target.brand ?? 'XenServer';
  return (spec.releases ?? []).flatMap(({ brand: own = brand, version, iso, repository }): readonly Mirrored[] => {
    const release = { brand: own, version };
    return [
      ...(iso === undefined ? [] : [{ url: iso.url, what: 'iso' as const, release }]),
      ...(repository === undefined ? [] : [{ url: repository.url, what: 'tree' as const, release }]),
    ];
  });
}

/** The boot server's process: it can be killed, and another takes its place. */
export class BootSite {
  private life = new Life();
  private service: BootService | undefined;
  private lives = 0;

  constructor(private readonly parts: BootSiteParts) {}

  readonly network: HostNetwork = {
    get: async (request, signal) => {
      const base = bootBases(this.parts.manifest).find((url) => request.url.startsWith(`${url}/`));
      if (base === undefined) return NOWHERE.get(request, signal);
      const { service, life } = this;
      if (service === undefined) throw new NetworkFailure('Unreachable', 'the boot server is away');
      const { range, from } = request;
      const headers: BootRequest['headers'] =
        range === undefined ? {} : { range: `bytes=${range.offset}-${range.offset + range.length - 1}` };
      const target = request.url.slice(base.length);
      const answer = await life.settle(() => service.handle({ method: 'GET', target, headers, from }, signal));
      return { status: answer.status, headers: answer.headers, body: await bodyOf(answer, signal) };
    },
  };

  start(): void {
    const { clock, seed, log, api, manifest, onDefect } = this.parts;
    this.lives += 1;
    const life = new Life();
    const own = life.clock(clock);
    const images = mirrored(manifest);
    const service = new BootService({
      api: api(life),
      clock: own,
      steady: own,
      random: seededRandom(seed + 10_000 + this.lives),
      log: life.log(log),
      namespaces: [],
      keys: () => KEYS,
      shelf: (isoOf) => new IsoShelf({ isoOf, folder: '', clock: own, log: life.log(log), open: openIn(images) }),
    });
    this.life = life;
    this.service = service;
    service.run(new AbortController().signal).catch(onDefect);
  }

  /** As by `kill -9`; whoever waits for an answer waits in vain until its own patience ends. */
  kill(): void {
    this.life.end();
    this.service = undefined;
  }
}

/** Images by their URL; those that manifests name as `file:///` by what stands behind that. */
function openIn(images: readonly Mirrored[]): (location: string) => Promise<OpenSource> {
  return (location) => {
    const name = location.replace(/^\//, '');
    const found = images.find(({ url, what }) => what === 'iso' && (url === location || url === `file:///${name}`));
    if (found === undefined) return Promise.reject(new MediaError('Unreadable', `${location} cannot be reached`));
    const { bytes, sha256 } = vendorIso(found.release);
    return Promise.resolve({
      ...bytesSource(bytes),
      identity: sha256,
      probe: () => Promise.resolve(),
      close: () => Promise.resolve(),
    });
  };
}

async function bodyOf({ body }: BootAnswer, signal: AbortSignal): Promise<Buffer> {
  return typeof body === 'string' ? Buffer.from(body) : body.source.read(body.offset, body.length, signal);
}
