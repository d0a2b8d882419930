// A site with one host to be upgraded, for tests: an attempt, keys, a tree of files in memory, a keeper that remembers, and a clock that stands still.
import { BootServer, type BootServerParts } from '../../../src/boot/server/bootServer';
import { attemptKey, type BootAttempt } from '../../../src/boot/server/attempt';
import { SightingBook, type SightingKeeper } from '../../../src/boot/server/book';
import { bytesSource } from '../../../src/boot/server/bootFiles';
import { AttemptsKnown } from '../../../src/boot/server/openAttempt';
import type { BootAnswer } from '../../../src/boot/server/request';
import type { Sightings } from '../../../src/boot/server/sightings';
import type { FileTree, MediaShelf, Medium } from '../../../src/boot/server/source';
import type { BootKey, BootKeys } from '../../../src/boot/server/tokens';
import { silentLog } from '../../../src/foundation/log';
import type { Clock } from '../../../src/foundation/clock';
import { gzipSync } from 'node:zlib';

export const NOW = Date.parse('2026-01-10T02:00:00Z');
export const KEY: BootKey = { version: 'k1', secret: Buffer.alloc(32, 1) };
export const OTHER_KEY: BootKey = { version: 'k2', secret: Buffer.alloc(32, 2) };

export const ATTEMPT: BootAttempt = {
  pool: '11111111-2222-3333-4444-555555555555',
  host: 'aaaaaaaa-bbbb-cccc-dddd-eeeeeeeeeeee',
  attempt: 1,
  expires: NOW + 3_600_000,
  run: 'run-1',
  method: 'PXE',
  intent: 'upgrade',
  target: { brand: 'XCP-ng', version: '8.2.1' },
  disk: '/dev/disk/by-id/scsi-360022480',
  baseUrl: 'http://boot.example:8080',
  machine: { macs: ['52:54:00:12:34:56'], serial: 'SN1', uuid: '00112233-4455-6677-8899-aabbccddeeff' },
  arguments: {
    networkDevice: '52:54:00:12:34:56',
    networkConfig: { kind: 'dhcp' },
    consoles: ['ttyS0,115200n8'],
  },
};

export const XEN = Buffer.from('xen, unpacked');

export const FILES: Readonly<Record<string, Buffer>> = {
  '.treeinfo': Buffer.from('[platform]\nname = XCP\n'),
  'boot/xen.gz': gzipSync(XEN),
  'boot/vmlinuz': Buffer.from('a kernel'),
  'install.img': Buffer.alloc(100_000, 7),
  'repodata/repomd.xml': Buffer.from('<repomd/>'),
  'Packages/gcc-c++-1.rpm': Buffer.from('a package'),
};
export const IMAGE = Buffer.from(Array.from({ length: 300_000 }, (_, index) => index % 251));

export const TREE: FileTree = {
  file(path) {
    const bytes = FILES[path.join('/')];
    return Promise.resolve(bytes === undefined ? undefined : bytesSource(bytes));
  },
};

export const MEDIUM: Medium = {
  view: { source: bytesSource(IMAGE), version: 'v1' },
  version: 'v0',
  tree: TREE,
  vendor: { xen: ['dom0_mem=max:8192M'], kernel: ['console=hvc0', 'no-repo-gpgcheck'] },
};

export const SHELF: MediaShelf = { mediumOf: () => Promise.resolve(MEDIUM) };

/** What was kept, and how often; `fails` makes it refuse. */
export class MemoryKeeper implements SightingKeeper {
  readonly kept = new Map<string, Sightings>();
  keeps = 0;
  fails = false;

  async keep(attempt: BootAttempt, sightings: Sightings): Promise<void> {
    this.keeps++;
    await Promise.resolve();
    if (this.fails) throw new Error('the API server is away');
    this.kept.set(attemptKey(attempt), sightings);
  }

  keepSoon(): void {
    // Only what must be kept is of interest here.
  }
}

export interface Site {
  readonly server: BootServer;
  readonly keeper: MemoryKeeper;
  readonly book: SightingBook;
  readonly log: readonly string[];
  attempts: readonly BootAttempt[];
  keys: BootKeys;
  now: number;
  blind: string | undefined;
  get(target: string, headers?: Readonly<Record<string, string>>, method?: string): Promise<BootAnswer>;
  sightings(): Sightings;
}

export function smallSite(parts: Partial<BootServerParts> = {}): Site {
  const keeper = new MemoryKeeper();
  const book = new SightingBook(keeper);
  const log: string[] = [];
  const note = (event: string, fields: unknown): void => void log.push(`${event} ${JSON.stringify(fields)}`);
  const clock: Clock = { now: () => site.now, monotonic: () => site.now, after: () => () => undefined };
  const server = new BootServer({
    known: () => new AttemptsKnown(site.keys, site.attempts),
    blind: () => site.blind,
    shelf: SHELF,
    book,
    clock,
    log: { ...silentLog, info: note, warn: note, error: note },
    ...parts,
  });
  const site: Site = {
    server,
    keeper,
    book,
    log,
    attempts: [ATTEMPT],
    keys: [KEY],
    now: NOW,
    blind: undefined,
    get: (target, headers = {}, method = 'GET') =>
      server.handle({ method, target, headers, from: '10.0.0.7' }, new AbortController().signal),
    sightings: () => book.of(site.attempts[0] ?? ATTEMPT),
  };
  return site;
}

/** The bytes of an answer. */
export async function bytesOf({ body }: BootAnswer): Promise<Buffer> {
  if (typeof body === 'string') return Buffer.from(body);
  return body.source.read(body.offset, body.length, new AbortController().signal);
}

export async function textOf(answer: BootAnswer): Promise<string> {
  return (await bytesOf(answer)).toString();
}
