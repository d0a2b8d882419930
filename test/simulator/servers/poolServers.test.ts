import { expect } from 'chai';
import net from 'node:net';
import tls from 'node:tls';
import { rowsOf } from '../../../src/xenapi/database/database';
import { parseDatabase } from '../../../src/xenapi/database/parseDatabase';
import { xmlCodec } from '../../../src/xenapi/codec/xml';
import { failureOf, OLD_TLS, Served, type Shape } from './served';

const REFUSED = 'ECONNREFUSED';

/** The fingerprint of the certificate that is shown there, which the pool's authority must have signed. */
function fingerprintAt({ simulation }: Served, origin: string): Promise<string | undefined> {
  const { hostname, port } = new URL(origin);
  return new Promise((resolve, reject) => {
    const socket = tls.connect({ host: hostname, port: Number(port), ca: simulation.authority }, () => {
      resolve(socket.getPeerX509Certificate()?.fingerprint256);
      socket.destroy();
    });
    socket.on('error', reject);
  });
}

/** What a server says to bytes that are no request of its protocol, until it closes. */
function saying(origin: string, bytes: string): Promise<string> {
  const { hostname, port } = new URL(origin);
  return new Promise((resolve) => {
    let heard = '';
    const socket = net.connect(Number(port), hostname, () => socket.write(bytes));
    socket.on('data', (chunk: Buffer) => (heard += chunk.toString('latin1')));
    // A connection that is reset is closed as well.
    socket.on('error', () => undefined);
    socket.on('close', () => resolve(heard));
  });
}

describe('a served pool', () => {
  let open: Served[] = [];
  const start = async (...given: Parameters<typeof Served.start>): Promise<Served> => {
    const served = await Served.start(...given);
    open.push(served);
    return served;
  };
  afterEach(async () => {
    const ended = open;
    open = [];
    for (const served of ended) {
      await served.close();
      expect(served.defects).to.deep.equal([]);
    }
  });

  for (const dialect of ['xml', 'json'] as const)
    it(`lets in with the password and keeps others out, in ${dialect}`, async () => {
      const served = await start();
      const session = await served.login(served.master, { dialect });
      expect(await served.call(served.master, 'pool.get_all_records', [session], { dialect })).to.be.an('object');
      const wrong = served.call(served.master, 'session.login_with_password', ['root', 'wrong', '1.0', 'test'], { dialect });
      expect(await failureOf(wrong)).to.equal('SESSION_AUTHENTICATION_FAILED root Authentication failure');
    });

  it('speaks XML wherever a call is posted, and JSON on /json as well', async () => {
    const served = await start();
    for (const path of ['/RPC2', '/xmlrpc']) expect(await served.login(served.master, { path })).to.match(/^OpaqueRef:/);
    expect(await served.login(served.master, { path: '/json', dialect: 'json' })).to.match(/^OpaqueRef:/);
  });

  it('sends whoever logs in at a member to an address where the master is', async () => {
    const served = await start({ hosts: 3, vms: 3 });
    const [, address = ''] = (await failureOf(served.login(served.simulation.endpoints[2]))).split(' ');
    const { port } = new URL(served.master);
    expect(await served.login(`https://${address}:${port}`)).to.match(/^OpaqueRef:/);
    const session = await served.login();
    const hosts = (await served.call(served.master, 'host.get_all_records', [session])) as Record<string, { address: string }>;
    const addresses = Object.values(hosts).map((host) => `https://${host.address}:${port}`);
    expect(addresses.sort()).to.deep.equal([...served.simulation.endpoints].sort());
    const interfaces = (await served.call(served.master, 'PIF.get_all_records', [session])) as Record<string, { IP: string }>;
    for (const { address: own } of Object.values(hosts)) expect(Object.values(interfaces).map(({ IP }) => IP)).to.include(own);
  });

  it('shows of each host a certificate for its own address, signed by the authority it names', async () => {
    const served = await start();
    const shown = await fingerprintAt(served, served.member);
    expect(served.simulation.fingerprints()[served.member]).to.equal(shown);
    expect(served.simulation.fingerprints()[served.master]).not.to.equal(shown);
    // The same address under the name of another host is refused by the client.
    const { hostname } = new URL(served.master);
    const asOther = served.ask(served.member, {
      tls: { checkServerIdentity: (_, cert) => tls.checkServerIdentity(hostname, cert) },
    });
    expect(await failureOf(asOther)).to.equal('ERR_TLS_CERT_ALTNAME_INVALID');
    const unsigned = served.ask(served.member, { tls: { ca: [] } });
    expect(await failureOf(unsigned)).to.match(/SELF_SIGNED|UNABLE_TO/);
  });

  it('answers with the headers of recorded answers and no others', async () => {
    const served = await start();
    const body = xmlCodec.encodeCall('session.login_with_password', ['root', 'wrong', '1.0', 'test']);
    const headers = { connection: 'keep-alive' };
    const answer = await served.ask(served.master, { method: 'POST', body, headers });
    expect(answer.status).to.equal(200);
    expect(answer.headers).to.deep.equal({
      'content-length': String(Buffer.byteLength(answer.body)),
      connection: 'keep-alive',
      'cache-control': 'no-cache, no-store',
      'content-type': 'text/xml',
      'access-control-allow-origin': '*',
      'access-control-allow-headers': 'X-Requested-With',
    });
    for (const path of ['/', '/jsonrpc']) {
      const bad = await served.ask(served.master, { method: 'POST', path, body: '<broken', headers });
      expect(bad.status).to.equal(500);
      expect(bad.headers).to.deep.equal({
        'content-length': String(Buffer.byteLength(bad.body)),
        connection: 'close',
        'cache-control': 'no-cache, no-store',
        'content-type': 'text/html',
      });
    }
  });

  const wrong: readonly (readonly [what: string, asked: Parameters<Served['ask']>[1], status: number, says: RegExp])[] = [
    ['a page it does not have', { path: '/nothing' }, 404, /404/],
    ['a method it does not know', { method: 'DELETE', path: '/' }, 501, /DELETE not supported/],
    ['a body longer than any call', { method: 'POST', body: 'x'.repeat(300 * 1024 + 1) }, 500, /size_over_limit/],
    ['a body without a length', { method: 'POST', headers: { 'transfer-encoding': 'chunked' } }, 500, /content-length/],
    ['a dump without a session', { path: '/pool/xmldbdump' }, 401, /Unauthorised/],
  ];
  for (const [what, asked, status, says] of wrong)
    it(`refuses ${what} with an HTML page`, async () => {
      const served = await start({ hosts: 1, vms: 0 });
      const answer = await served.ask(served.master, asked);
      expect([answer.status, answer.headers['content-type']]).to.deep.equal([status, 'text/html']);
      expect(answer.body).to.match(says);
      expect(await served.login()).to.match(/^OpaqueRef:/);
    });

  it('answers headers that are none, and closes on whoever speaks no TLS', async () => {
    const served = await start({ hosts: 1, vms: 0 }, { plain: true });
    expect(await saying(served.master, 'what is this\r\n\r\n')).to.match(/^HTTP\/1.1 500 Internal Error\r\n/);
    const secure = await start({ hosts: 1, vms: 0 }, { listen: '127.0.0.9' });
    expect(await saying(secure.master, 'GET / HTTP/1.1\r\n\r\n')).not.to.contain('HTTP');
    expect(await secure.login()).to.match(/^OpaqueRef:/);
  });

  it('hands out its database, with the hosts where they are', async () => {
    const served = await start();
    const session = await served.login();
    const path = `/pool/xmldbdump?session_id=${session}`;
    const answer = await served.ask(served.master, { path });
    expect(answer.status).to.equal(200);
    const { port } = new URL(served.master);
    const origins = rowsOf(parseDatabase(answer.body), 'host').map((row) => `https://${String(row['address'])}:${port}`);
    expect(origins.sort()).to.deep.equal([...served.simulation.endpoints].sort());
  });

  it('takes its database back, after which the other hosts are not of the pool', async () => {
    const served = await start();
    const session = await served.login();
    const path = `/pool/xmldbdump?session_id=${session}`;
    const { body } = await served.ask(served.master, { path });
    const put = (dryRun: boolean, dump = body): ReturnType<Served['ask']> =>
      served.ask(served.master, { method: 'PUT', path: `${path}&dry_run=${String(dryRun)}`, body: dump });
    expect(body.length, 'longer than any call').to.be.greaterThan(0);
    expect((await put(true, `${body}<!-- ${'x'.repeat(400 * 1024)} -->`)).status).to.equal(200);
    expect((await put(true, 'no dump')).status).to.equal(500);
    const hosts = async (): Promise<number> =>
      Object.keys((await served.call(served.master, 'host.get_all_records', [session])) as object).length;
    expect(await hosts()).to.equal(served.simulation.endpoints.length);
    expect((await put(false)).status).to.equal(200);
    expect(await hosts()).to.equal(1);
  });

  it('of an old release speaks TLS 1.0 and XML alone', async () => {
    const served = await start({ hosts: 1, vms: 1, release: { brand: 'XenServer', version: '5.5.0' } });
    expect(await failureOf(served.login())).not.to.equal('none');
    const session = await served.login(served.master, { tls: OLD_TLS });
    expect(session).to.match(/^OpaqueRef:/);
    const answer = await served.ask(served.master, { method: 'POST', path: '/jsonrpc', body: '{}', tls: OLD_TLS });
    expect(answer.headers['content-type']).to.equal('text/xml');
    expect(answer.body).to.contain('Failure');
    const records = await served.call(served.master, 'host.get_all_records', [session], { tls: OLD_TLS });
    expect(Object.values(records as object)[0]).not.to.have.property('bios_strings');
  });

  const middle: readonly (readonly [Shape['release'] & object, readonly string[]])[] = [
    [{ brand: 'XenServer', version: '7.6.0' }, ['TLSv1', 'TLSv1.2']],
    [{ brand: 'XCP-ng', version: '8.3.0' }, ['TLSv1.2']],
  ];
  for (const [release, spoken] of middle)
    it(`of ${release.brand} ${release.version} speaks ${spoken.join(' to ')}`, async () => {
      const served = await start({ hosts: 1, vms: 0, release });
      const ways = { TLSv1: OLD_TLS, 'TLSv1.2': { maxVersion: 'TLSv1.2' }, 'TLSv1.3': { minVersion: 'TLSv1.3' } } as const;
      const answered = [];
      for (const [name, tls] of Object.entries(ways))
        if ((await failureOf(served.login(served.master, { tls }))) === 'none') answered.push(name);
      expect(answered).to.deep.equal(spoken);
    });

  it('refuses connections while a host reboots, tears those it had, and is back afterwards', async () => {
    const served = await start();
    const session = await served.login();
    const [host] = (await served.call(served.master, 'host.get_by_name_label', [session, 'xs-02'])) as string[];
    expect(await failureOf(served.login(served.member))).to.match(/^HOST_IS_SLAVE/);
    const idle = net.connect(Number(new URL(served.member).port), new URL(served.member).hostname);
    await new Promise((resolve) => idle.once('connect', resolve));
    const torn = new Promise((resolve) => idle.once('close', resolve));
    idle.on('error', () => undefined);
    await served.during(served.call(served.master, 'host.disable', [session, host]));
    await served.during(served.call(served.master, 'host.reboot', [session, host]));
    await served.step(30);
    await torn;
    expect(await failureOf(served.login(served.member))).to.equal(REFUSED);
    expect(await served.login()).to.match(/^OpaqueRef:/);
    await served.step(600);
    expect(await failureOf(served.login(served.member))).to.match(/^HOST_IS_SLAVE/);
  });

  it('forgets its sessions when the master reboots, and speaks of what it runs now', async () => {
    const served = await start({ hosts: 1, vms: 0, release: { brand: 'XenServer', version: '6.2.0' } });
    const [machine] = served.simulation.world.machines.values();
    const old = await served.login(served.master, { tls: OLD_TLS });
    await served.control('POST', `/machines/${machine!.name}/power`, '{"on": false}');
    expect(await failureOf(served.login(served.master, { tls: OLD_TLS }))).to.equal(REFUSED);
    const booted = await served.control('POST', `/machines/${machine!.uuid}/boot-installer`, '{"release": "7.6.0"}');
    expect(booted.status).to.equal(200);
    await served.step(3_600);
    const modern = { dialect: 'json', tls: { minVersion: 'TLSv1.2' } } as const;
    expect(await failureOf(served.call(served.master, 'pool.get_all', [old], modern))).to.equal(`SESSION_INVALID ${old}`);
    const session = await served.login(served.master, modern);
    const [record] = Object.values(
      (await served.call(served.master, 'host.get_all_records', [session], modern)) as Record<
        string,
        { software_version: Record<string, string> }
      >,
    );
    expect(record!.software_version['product_version']).to.equal('7.6.0');
  });

  it('comes back with another certificate of the same authority when that fault is armed', async () => {
    const served = await start();
    const before = served.simulation.fingerprints();
    const armed = await served.control('POST', '/faults', 'certificate-changes@member');
    expect(armed.status).to.equal(200);
    for (const on of [false, true]) await served.control('POST', '/machines/xs-02/power', JSON.stringify({ on }));
    await served.step(600);
    const shown = await fingerprintAt(served, served.member);
    const after = served.simulation.fingerprints();
    expect(after[served.member]).to.equal(shown).and.not.to.equal(before[served.member]);
    expect(after[served.master]).to.equal(before[served.master]);
  });

  it('breaks a connection in a call when that fault is armed, and has carried the call out', async () => {
    const served = await start({}, { faults: ['reset-mid-call:call=pool.set_name_label'] });
    const session = await served.login();
    const [pool] = (await served.call(served.master, 'pool.get_all', [session])) as string[];
    const set = served.call(served.master, 'pool.set_name_label', [session, pool, 'renamed']);
    expect(await failureOf(set)).to.equal('ECONNRESET');
    expect(await served.call(served.master, 'pool.get_name_label', [session, pool])).to.equal('renamed');
  });

  it('attributes what is done to the originator of the session, and to a stranger where there is none', async () => {
    const served = await start({ hosts: 1, vms: 0, release: { brand: 'XenServer', version: '6.2.0' } }, { plain: true });
    const heard: string[] = [];
    served.simulation.world.bus.on((event) => {
      if (event.kind === 'call') heard.push(`${event.caller} ${event.method}`);
      if (event.kind === 'machine' && event.change === 'leaving') heard.push(`left by ${event.cause.by}`);
    });
    const named = await served.login(served.master, { originator: 'alice' });
    const person = await served.login(served.master, { originator: 'person' });
    const unnamed = await served.login();
    const [host] = (await served.call(served.master, 'host.get_all', [named])) as string[];
    await served.call(served.master, 'host.set_name_description', [named, host, 'a']);
    await served.call(served.master, 'host.set_name_description', [unnamed, host, 'b']);
    await served.during(served.call(served.master, 'host.disable', [person, host]));
    await served.during(served.call(served.master, 'host.reboot', [person, host]));
    expect(heard).to.deep.equal([
      'alice host.set_name_description',
      'stranger host.set_name_description',
      'person host.disable',
      'left by person',
      'person host.reboot',
    ]);
  });

  it('says which port is taken, and listens nowhere then', async () => {
    const first = await start({ hosts: 2, vms: 0 }, { listen: '127.0.0.20' });
    const port = Number(new URL(first.master).port);
    // Its second host would come to where the first pool's master is.
    const second = Served.start({ hosts: 2, vms: 0 }, { listen: '127.0.0.19', port });
    expect(await failureOf(second)).to.equal('EADDRINUSE');
    const third = await start({ hosts: 1, vms: 0 }, { listen: '127.0.0.19', port });
    expect(await third.login()).to.match(/^OpaqueRef:/);
  });
});
