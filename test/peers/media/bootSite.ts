// A boot server as the product has it, with an ISO in its folder and hosts that are to be upgraded or restored, listening on loopback. A machine of QEMU sees this
// machine as 10.0.2.2.
import { createHash } from 'node:crypto';
import { readFileSync } from 'node:fs';
import path from 'node:path';
import { type AnswerAt, installerWords } from '../../../src/boot/arguments/installerArguments';
import type { BootAttempt } from '../../../src/boot/server/attempt';
import { answerAt, mediaUrl } from '../../../src/boot/server/attemptPaths';
import { SightingBook } from '../../../src/boot/server/book';
import { BootServer } from '../../../src/boot/server/bootServer';
import { type BootListener, openListener } from '../../../src/boot/server/listener';
import { AttemptsKnown } from '../../../src/boot/server/openAttempt';
import type { BootHandler } from '../../../src/boot/server/request';
import type { Sightings } from '../../../src/boot/server/sightings';
import { IsoShelf } from '../../../src/boot/shelf/isoShelf';
import { silentLog } from '../../../src/foundation/log';
import { realClock } from '../../../src/foundation/realClock';
import type { BootKey } from '../../../src/boot/server/tokens';

const KEY: BootKey = { version: 'k1', secret: Buffer.alloc(32, 7) };

export const MAC = '52:54:00:12:34:56';
export const UUID = '00112233-4455-6677-8899-aabbccddeeff';

/** With all that an installer can be told. */
export const ARGUMENTS: BootAttempt['arguments'] = {
  networkDevice: '00:16:3e:12:34:56',
  networkConfig: {
    kind: 'static',
    ip: '10.1.7.11',
    netmask: '255.255.255.0',
    gateway: '10.1.7.1',
    dns: ['10.1.0.2'],
    vlan: 70,
  },
  multipath: 'enabled',
  consoles: ['hvc0', 'ttyS1,115200n8'],
  atExit: 'poweroff',
};

/** Each of a host of its own. */
export type Named = 'upgrade' | 'restore' | 'network';

export interface BootSite {
  /** `http://127.0.0.1:PORT` */
  readonly url: string;
  readonly port: number;
  readonly handle: BootHandler;
  /** Of the host's image, as a BMC or QEMU fetches it. */
  image(name: Named): string;
  /** What the installer of that host is to be told. */
  words(name: Named): readonly string[];
  answer(name: Named): AnswerAt;
  sightings(name: Named): Sightings;
  close(): Promise<void>;
}

/** @param file of the ISO */
export async function openBootSite(file: string): Promise<BootSite> {
  const clock = realClock();
  const place = { location: path.basename(file), sha256: createHash('sha256').update(readFileSync(file)).digest('hex') };
  const shelf = new IsoShelf({ isoOf: () => place, folder: path.dirname(file), clock, log: silentLog });
  const book = new SightingBook({ keep: () => Promise.resolve(), keepSoon: () => undefined });
  let known = new AttemptsKnown([KEY], []);
  const parts = { known: () => known, blind: () => undefined, shelf, book, clock, log: silentLog };
  const server = new BootServer(parts);
  const listener: BootListener = await openListener({ host: '127.0.0.1', port: 0, handler: server.handle, clock });
  const port = Number(new URL(listener.url).port);
  const attempts = attemptsAt(`http://10.0.2.2:${port}`, clock.now() + 3_600_000);
  known = new AttemptsKnown([KEY], Object.values(attempts));
  return {
    url: listener.url,
    port,
    handle: server.handle,
    image: (name) => mediaUrl(KEY, attempts[name], listener.url),
    words: (name) => installerWords(attempts[name].arguments, answerAt(KEY, attempts[name])),
    answer: (name) => answerAt(KEY, attempts[name]),
    sightings: (name) => book.of(attempts[name]),
    async close() {
      await listener.close(0);
      await shelf.close();
    },
  };
}

function attemptsAt(baseUrl: string, expires: number): Readonly<Record<Named, BootAttempt>> {
  const common = {
    pool: '11111111-2222-3333-4444-555555555555',
    attempt: 1,
    expires,
    run: 'run-1',
    target: { brand: 'XCP-ng', version: '8.2.1' },
    disk: '/dev/disk/by-id/scsi-360022480',
    baseUrl,
    machine: { macs: [] },
    arguments: ARGUMENTS,
  } as const;
  const host = (last: number): string => `aaaaaaaa-bbbb-cccc-dddd-00000000000${last}`;
  return {
    upgrade: { ...common, host: host(1), method: 'VirtualMedia', intent: 'upgrade' },
    restore: { ...common, host: host(2), method: 'VirtualMedia', intent: 'restore' },
    network: {
      ...common,
      host: host(3),
      method: 'PXE',
      intent: 'upgrade',
      machine: { macs: [MAC], uuid: UUID },
      arguments: { networkDevice: MAC, networkConfig: { kind: 'dhcp' } },
    },
  };
}

/** What the site answers to a URL that a machine was told. */
export async function fetchTold(url: string): Promise<{ readonly status: number; readonly text: string }> {
  const response = await fetch(url.replace('//10.0.2.2:', '//127.0.0.1:'));
  return { status: response.status, text: await response.text() };
}
