// BMCs, mirror and boot server of a served pool over real sockets: a host is told by its BMC to boot a medium that lies on a real server, and does.
import { createHash } from 'node:crypto';
import http from 'node:http';
import type { AddressInfo } from 'node:net';
import { mkdtempSync, rmSync } from 'node:fs';
import os from 'node:os';
import path from 'node:path';
import { expect } from 'chai';
import { seededRandom } from '../../../src/foundation/random';
import { realClock } from '../../../src/foundation/realClock';
import { loadPool, makePool, toDatabase } from '../../../src/simulator/dump';
import { openJournal } from '../../../src/simulator/kept/journalFile';
import { vendorIso } from '../../../src/simulator/media/vendorIso';
import { openControl } from '../../../src/simulator/servers/controlServer';
import { type Simulation, startSimulation } from '../../../src/simulator/servers/simulation';
import type { Machine } from '../../../src/simulator/world';
import { parseDatabase } from '../../../src/xenapi/database/parseDatabase';
import { printDatabase } from '../../../src/xenapi/database/printDatabase';
import { ask, PASSWORD, Served } from './served';

const RELEASE = { brand: 'XCP-ng', version: '8.3.0' } as const;
const BASIC = {
  authorization: `Basic ${Buffer.from(`root:${PASSWORD}`).toString('base64')}`,
  'content-type': 'application/json',
};
const SYSTEM = '/redfish/v1/Systems/437XR1138R2';

/** A web server of this machine that has answer file and medium, and remembers who asked for what. */
async function bootServer(mirror: () => string): Promise<{ url: string; asked: string[]; close: () => void }> {
  const asked: string[] = [];
  const server = http.createServer((request, response) => {
    asked.push(request.url ?? '');
    const own = `http://127.0.0.1:${(server.address() as AddressInfo).port}`;
    const answers = `<installation mode="upgrade"><existing-installation>sda</existing-installation><source type="url">${mirror()}XCP-ng/8.3.0/</source><script stage="installation-start" type="url">${own}/start</script></installation>`;
    const script = `#!ipxe\nkernel ${own}/xen\nmodule ${own}/vmlinuz answerfile=${own}/answer install\nmodule ${own}/install.img\nboot\n`;
    const bodies: Readonly<Record<string, string | Buffer>> = {
      '/answer': answers,
      '/start': '#!/bin/sh\n',
      '/xen': 'Xen',
      '/vmlinuz': 'Linux',
      '/install.img': vendorIso(RELEASE).files.get('/install.img')!.subarray(0, 4096),
    };
    const body = request.url?.startsWith('/pxe/ipxe/') === true ? script : bodies[request.url ?? ''];
    response.writeHead(body === undefined ? 404 : 200).end(body);
  });
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve));
  return {
    url: `http://127.0.0.1:${(server.address() as AddressInfo).port}`,
    asked,
    close: () => {
      server.close();
      server.closeAllConnections();
    },
  };
}

describe('the BMCs of a served pool', () => {
  let served: Served;
  before(async () => {
    served = await Served.start({ hosts: 2, vms: 0 }, { bmcs: [{ host: 'xs-02', profile: 'generic' }], listen: '127.0.0.40' });
  });
  after(() => served.close());

  it('listen after the hosts, show a certificate of the pool, and are told by the control', async () => {
    const [origin] = [...served.simulation.bmcOrigins.values()];
    expect(origin).to.match(/^https:\/\/127\.0\.0\.42:\d+$/);
    const answer = await served.during(served.ask(origin!, { path: SYSTEM, headers: BASIC }));
    expect(JSON.parse(answer.body)).to.deep.include({ SerialNumber: 'MADE-0002', PowerState: 'On' });
    const { value } = await served.control('GET', '/world');
    const { machines } = value as { machines: readonly { readonly name: string; readonly bmc: string | null }[] };
    expect(machines.map(({ name, bmc }) => [name, bmc])).to.deep.equal([
      ['xs-01', null],
      ['xs-02', origin],
    ]);
    expect(served.defects).to.deep.equal([]);
  });

  it('refuse whoever has no password', async () => {
    const [origin] = [...served.simulation.bmcOrigins.values()];
    expect((await served.during(served.ask(origin!, { path: SYSTEM }))).status).to.equal(401);
  });

  it('turn the machines that they sit in', async () => {
    const [origin] = [...served.simulation.bmcOrigins.values()];
    const path = `${SYSTEM}/Actions/ComputerSystem.Reset`;
    const body = JSON.stringify({ ResetType: 'ForceOff' });
    const answer = await served.during(served.ask(origin!, { method: 'POST', path, body, headers: BASIC }));
    expect(answer.status).to.equal(204);
    await served.step(10);
    const machine = [...served.simulation.world.machines.values()].find(({ name }) => name === 'xs-02');
    expect(machine!.state).to.equal('Off');
  });
});

describe('the mirror of a served pool', () => {
  let served: Served;
  before(async () => {
    served = await Served.start({ hosts: 1, vms: 0 }, { listen: '127.0.0.45' });
  });
  after(() => served.close());

  it('has media with ranges, trees, and nothing else', async () => {
    const { mirrorUrl } = served.simulation;
    const whole = await fetchBytes(`${mirrorUrl}XCP-ng/8.3.0.iso`);
    expect(createHash('sha256').update(whole.body).digest('hex')).to.equal(vendorIso(RELEASE).sha256);
    const part = await fetchBytes(`${mirrorUrl}XCP-ng/8.3.0.iso`, { range: 'bytes=32768-34815' });
    expect([part.status, part.body.equals(whole.body.subarray(32_768, 34_816))]).to.deep.equal([206, true]);
    expect((await fetchBytes(`${mirrorUrl}XCP-ng/8.3.0/.treeinfo`)).body.toString()).to.contain('product_version = 8.3.0');
    expect((await fetchBytes(`${mirrorUrl}XCP-ng/9.9.9.iso`)).status).to.equal(404);
  });
});

function fetchBytes(url: string, headers: http.OutgoingHttpHeaders = {}): Promise<{ status: number; body: Buffer }> {
  return new Promise((resolve, reject) => {
    const request = http.get(url, { headers, agent: false }, (response) => {
      const chunks: Buffer[] = [];
      response.on('data', (chunk: Buffer) => chunks.push(chunk));
      response.on('end', () => resolve({ status: response.statusCode!, body: Buffer.concat(chunks) }));
    });
    request.on('error', reject);
  });
}

describe('a kept pool whose hosts boot over the network', () => {
  const DUMP = printDatabase(toDatabase(makePool({ hosts: 1, vms: 0, release: { brand: 'XCP-ng', version: '8.2.1' } })));
  let folder: string;
  const closing: (() => void | Promise<void>)[] = [];
  beforeEach(() => (folder = mkdtempSync(path.join(os.tmpdir(), 'xenpool-boots-'))));
  afterEach(async () => {
    for (const close of closing.splice(0).reverse()) await close();
    rmSync(folder, { recursive: true });
  });

  it('comes to the same when it is taken up again, without asking anybody', async () => {
    let mirror = '';
    const server = await bootServer(() => mirror);
    closing.push(server.close);
    const onDefect = (error: unknown): void => expect.fail(String(error));
    const live = async (controlPort: number): Promise<Simulation> => {
      const journal = openJournal({ file: path.join(folder, 'journal'), digest: 'one', onFull: () => undefined });
      const simulation = await startSimulation({
        ...{ pool: loadPool(parseDatabase(DUMP)), random: seededRandom(3), password: PASSWORD, beneath: realClock(), pace: 0 },
        ...{ origin: Date.UTC(2026, 2, 1), listen: '127.0.0.50', port: 0, plain: true, faults: [], record: journal },
        ...{ bmcs: [{ host: 'xs-01', profile: 'generic' }], bootServer: server.url, onDefect },
        control: await openControl(controlPort, onDefect),
      });
      closing.push(() => simulation.close());
      return simulation;
    };
    const first = await live(0);
    mirror = first.mirrorUrl;
    const machine = (simulation: Simulation): Machine => [...simulation.world.machines.values()][0]!;
    const [origin] = [...first.bmcOrigins.values()];
    const tell = async (method: string, where: string, body: object): Promise<void> => {
      const headers = { ...BASIC, 'if-match': etag };
      const answering = ask(origin!, { method, path: where, body: JSON.stringify(body), headers, tls: { ca: first.authority } });
      let over = false;
      void answering.finally(() => (over = true));
      while (!over) await first.clock.step(10);
      expect((await answering).status).to.equal(204);
    };
    let etag = '';
    const reset = (type: string): Promise<void> => tell('POST', `${SYSTEM}/Actions/ComputerSystem.Reset`, { ResetType: type });
    await reset('ForceOff');
    await first.clock.step(10_000);
    etag = await etagOf(first, origin!);
    await tell('PATCH', SYSTEM, {
      Boot: { BootSourceOverrideTarget: 'Pxe', BootSourceOverrideEnabled: 'Once', BootSourceOverrideMode: 'Legacy' },
    });
    await reset('On');
    for (let turn = 0; turn < 400 && machine(first).state !== 'Up'; turn++) {
      // Real answers come in between steps.
      await fetchBytes(`${mirror}XCP-ng/8.3.0/.treeinfo`);
      await first.clock.step(10_000);
    }
    expect(machine(first).disk.system).to.deep.equal(RELEASE);
    expect(server.asked.filter((url) => !url.startsWith('/pxe/'))).to.deep.equal([
      '/xen',
      '/vmlinuz',
      '/install.img',
      '/answer',
      '/start',
    ]);
    const count = server.asked.length;
    const seen = structuredClone(machine(first));
    const at = first.clock.monotonic();
    await first.close();
    const again = await live(Number(new URL(mirror).port));
    expect([server.asked.length, again.clock.monotonic()]).to.deep.equal([count, at]);
    expect(machine(again)).to.deep.equal(seen);
  });

  async function etagOf(simulation: Simulation, origin: string): Promise<string> {
    const answering = ask(origin, { path: SYSTEM, headers: BASIC, tls: { ca: simulation.authority } });
    let over = false;
    void answering.finally(() => (over = true));
    while (!over) await simulation.clock.step(10);
    return String((await answering).headers['etag']);
  }
});
