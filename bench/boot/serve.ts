// The boot server with one image for as many hosts as there are readers, as a process of its own. Tells on stdout, in one line of JSON, where it listens and the
// paths of the hosts' views; ends with its standard input.
import { AttemptsKnown } from '../../src/boot/server/openAttempt';
import type { BootAttempt } from '../../src/boot/server/attempt';
import { mediaUrl } from '../../src/boot/server/attemptPaths';
import { SightingBook } from '../../src/boot/server/book';
import { BootServer } from '../../src/boot/server/bootServer';
import { openFile } from '../../src/boot/server/fileSource';
import { openListener } from '../../src/boot/server/listener';
import type { BootKey } from '../../src/boot/server/tokens';
import { silentLog } from '../../src/foundation/log';
import { realClock } from '../../src/foundation/realClock';

const [image = '', hosts = '1'] = process.argv.slice(2);
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
  const view = openFile(image);
  const attempts = Array.from({ length: Number(hosts) }, (_, index) => attempt(index));
  const known = new AttemptsKnown([key], attempts);
  const medium = { view, version: 'v1', tree: { file: () => Promise.resolve(undefined) }, vendor: { xen: [], kernel: [] } };
  const server = new BootServer({
    known: () => known,
    blind: () => undefined,
    shelf: { mediumOf: () => Promise.resolve(medium) },
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
