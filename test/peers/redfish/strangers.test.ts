// Clients of others at our simulated BMCs, over HTTPS: what our driver finds to be Redfish there is Redfish to them as well (bmc.md 5.5).
import { expect } from 'chai';
import { spawn } from 'node:child_process';
import { once } from 'node:events';
import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import path from 'node:path';
import { text } from 'node:stream/consumers';
import { type ServedBmc, serveBmc } from '../../simulator/servers/servedBmc';
import { PYTHON } from './emulator';

const CREDENTIALS = { username: 'admin', password: 'secret1' };
const PATIENCE_MS = 60_000;

interface Ended {
  readonly code: number | null;
  readonly out: string;
  readonly err: string;
}

/** Runs a program of others to its end. A CA bundle named by the environment would win over ours (bmc.md 1.12). */
async function run(command: string, args: readonly string[], input = ''): Promise<Ended> {
  const { REQUESTS_CA_BUNDLE: _ca, CURL_CA_BUNDLE: _curl, ...env } = process.env;
  const child = spawn(command, args, { env, stdio: ['pipe', 'pipe', 'pipe'], timeout: PATIENCE_MS });
  const ended = once(child, 'exit') as Promise<[number | null]>;
  child.stdin.end(input);
  const [out, err] = await Promise.all([text(child.stdout), text(child.stderr)]);
  const [code] = await ended;
  return { code, out, err };
}

describe('strangers at our simulated BMCs', () => {
  let served: ServedBmc;
  afterEach(() => {
    served?.close();
    expect(served.defects).to.deep.equal([]);
  });
  const changes = (): readonly string[] => served.bmc.books.changes.map(({ kind, detail }) => `${kind} ${detail}`);

  for (const [id, mediaAt] of [
    ['generic', 'system'],
    ['fujitsu-irmc', 'system'],
    ['ami-megarac', 'manager'],
  ] as const)
    it(`sushy drives ${id}: boot once, virtual media, power`, async () => {
      served = await serveBmc(id, CREDENTIALS);
      const folder = mkdtempSync(path.join(tmpdir(), 'sushy-'));
      const caFile = path.join(folder, 'ca.pem');
      writeFileSync(caFile, served.authority);
      const told = JSON.stringify({ origin: served.origin, caFile, mediaAt, ...CREDENTIALS });
      const { code, out, err } = await run(PYTHON, [path.join(__dirname, 'stranger.py')], told);
      rmSync(folder, { recursive: true });
      expect(code, err).to.equal(0);
      const steps = out
        .trim()
        .split('\n')
        .map((line) => JSON.parse(line) as object);
      expect(steps).to.deep.equal([
        { step: 'identity', serial: 'SN0001', uuid: '00000000-0000-4000-8000-000000000001', power: 'On' },
        { step: 'boot', target: 'Cd', enabled: 'Once', mode: 'UEFI' },
        { step: 'insert', inserted: true, image: 'http://127.0.0.1:9/boot.iso' },
        { step: 'eject', inserted: false },
        { step: 'reset', asked: 'ForceOff' },
        { step: 'wrong password', refused: true },
      ]);
      expect(changes()).to.deep.equal([
        'override Cd Once UEFI',
        'insert http://127.0.0.1:9/boot.iso',
        'eject http://127.0.0.1:9/boot.iso',
        'power ForceOff',
      ]);
    });

  it('redfishtool sets the boot device once, with a condition, and switches off; its sessions are gone afterwards', async () => {
    served = await serveBmc('generic', CREDENTIALS);
    const { username, password } = CREDENTIALS;
    const tool = path.join(path.dirname(PYTHON), 'redfishtool');
    const host = served.origin.slice('https://'.length);
    const common = ['-r', host, '-u', username, '-p', password, '-S', 'Always', '-A', 'Session', 'Systems', '-I', '437XR1138R2'];
    const boot = await run(tool, [...common, 'setBootOverride', 'Once', 'Pxe']);
    expect(boot.code, boot.err).to.equal(0);
    const reset = await run(tool, [...common, 'reset', 'ForceOff']);
    expect(reset.code, reset.err).to.equal(0);
    expect(changes()).to.deep.equal(['override Pxe Once UEFI', 'power ForceOff']);
    expect(served.bmc.books.sessions()).to.equal(0);
  });
});
