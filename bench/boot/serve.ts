// The boot server with one ISO for as many hosts as there are readers, each with a view of its own, as a process of its own. Tells on stdout, in one line of JSON,
// where it listens and the paths of the hosts' views; ends with its standard input.
import path from 'node:path';
import { AttemptsKnown } from '../../src/boot/server/openAttempt';
import type { BootAttempt } from '../../src/boot/server/attempt';
import { answerAt, mediaUrl } from '../../src/boot/server/attemptPaths';
import { SightingBook } from '../../src/boot/server/book';
import { BootServer } from '../../src/boot/server/bootServer';
import { openListener } from '../../src/boot/server/listener';
import { IsoShelf } from '../../src/boot/shelf/isoShelf';
import type { BootKey } from '../../src/boot/server/tokens';
import { silentLog } from '../../src/foundation/log';
import { realClock } from '../../src/foundation/realClock';

const [image = '', sha256 = '', hosts = '1'] = process.argv.slice(2);
const clock = realClock();
const key: BootKey = { version: 'k1', secret: Buffer.alloc(32, 1) };

function attempt(index: number): BootAttempt {
  return {
    pool: '11111111-2222-3333-4444-555555555555',
    host: `aaaaaaaa-bbbb-cccc-dddd-${String(index).padStart(12, '0')}`,
    attempt: 1,
    expires: clock.now() + 3_600_000,
    run: 'bench',
    method: 'VirtualMedia',
    intent: 'upgrade',
    target: { brand: 'XCP-ng', version: '8.2.1' },
    disk: 'sda',
    baseUrl: 'http://127.0.0.1',
    machine: { macs: [] },
    arguments: {},
  };
}

async function main(): Promise<void> {
  const attempts = Array.from({ length: Number(hosts) }, (_, index) => attempt(index));
  const known = new AttemptsKnown([key], attempts);
  const place = { location: path.basename(image), sha256 };
  const shelf = new IsoShelf({ isoOf: () => place, folder: path.dirname(image), clock, log: silentLog });
  const first = await shelf.mediumOf(attempts[0]!, answerAt(key, attempts[0]!), new AbortController().signal);
  if ('why' in first) throw new Error(first.why);
  const server = new BootServer({
    known: () => known,
    blind: () => undefined,
    shelf,
    book: new SightingBook({ keep: () => Promise.resolve(), keepSoon: () => undefined }),
    clock,
    log: silentLog,
  });
  const listener = await openListener({ host: '127.0.0.1', port: 0, handler: server.handle, clock });
  const paths = attempts.map((one) => mediaUrl(key, one, ''));
  process.stdout.write(`${JSON.stringify({ url: listener.url, paths })}\n`);
  process.stdin.once('end', () => process.exit(0)).resume();
}

void main();
