import { expect } from 'chai';
import { mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import path from 'node:path';
import type { NotProbed, Probed } from '../../../src/cli/bmc/probe';
import { type ServedBmc, serveBmc } from '../../simulator/servers/servedBmc';
import { runCli } from '../runCli';

const USER = 'operator';
const PASSWORD = 'correct horse battery';

describe('xenpool bmc probe', () => {
  let served: ServedBmc;
  let folder: string;
  let file: (name: string, text: string) => string;

  beforeEach(async () => {
    served = await serveBmc('hpe-ilo5', { username: USER, password: PASSWORD });
    folder = mkdtempSync(path.join(tmpdir(), 'bmc-probe-'));
    file = (name, text) => {
      const place = path.join(folder, name);
      writeFileSync(place, text);
      return place;
    };
  });

  afterEach(() => {
    served.close();
    rmSync(folder, { recursive: true });
    expect(served.defects).to.deep.equal([]);
  });

  const address = (): string => served.origin.replace('https:', 'redfish+https:');
  const login = (): string[] => ['--username', USER, '--password-file', file('password', `${PASSWORD}\n`)];

  it('tells what a BMC is and can, and has sent nothing but questions, a login and a logout', async () => {
    const trusted = ['--ca-file', file('ca.pem', served.authority)];
    const { code, out, err } = await runCli('bmc', 'probe', address(), ...login(), ...trusted, '--output', 'json');
    expect([code, err]).to.deep.equal([0, '']);
    const found = JSON.parse(out) as Probed;
    expect(found.capabilities).to.include({ protocol: 'redfish', dialect: 'hpe-ilo5', bmcFirmware: 'iLO 5 v2.44' });
    expect(found.capabilities.identity.serial).to.equal('SN0001');
    expect(found.state).to.deep.include({ power: 'On', boot: { target: 'None', once: false, mode: 'UEFI' } });
    expect(found.would.map(({ verb }) => verb)).to.deep.equal([
      'power On',
      'power Off',
      'boot Cd once',
      'boot Pxe once',
      'insert media',
      'eject media',
    ]);
    expect(found.would[1]!.would).to.equal('POST /redfish/v1/Systems/1/Actions/ComputerSystem.Reset {"ResetType":"ForceOff"}');
    const { requests, changes } = served.bmc.books;
    expect(changes).to.deep.equal([]);
    expect(
      requests.filter(({ method }) => method !== 'GET').map(({ method, path: where }) => `${method} ${where}`),
    ).to.deep.equal(['POST /redfish/v1/SessionService/Sessions', 'DELETE /redfish/v1/SessionService/Sessions/1']);
    expect(served.bmc.books.sessions()).to.equal(0);
    expect(out).not.to.contain(PASSWORD);
  });

  it('tells people in words, which are those of docs/bmc.md', async () => {
    const { code, out } = await runCli('bmc', 'probe', address(), ...login(), '--fingerprint', served.certificate.fingerprint);
    expect(code).to.equal(0);
    const page = readFileSync(path.resolve(__dirname, '..', '..', '..', 'docs', 'bmc.md'), 'utf8');
    expect(page).to.contain(out.replace(served.origin.slice('https://'.length), '10.1.7.1'));
  });

  it('tells a BMC that nobody trusts the password nothing', async () => {
    const { code, out, err } = await runCli('bmc', 'probe', address(), ...login(), '--output', 'json');
    expect(code).to.equal(2);
    expect((JSON.parse(out) as NotProbed).reason).to.equal('Unreachable/TlsUntrusted');
    expect(err).to.contain(served.certificate.fingerprint).and.contain('--fingerprint');
    expect(served.bmc.books.requests).to.deep.equal([]);
  });

  it('tries a wrong password once, and repeats it nowhere', async () => {
    const wrong = ['--username', USER, '--password-file', file('wrong', 'wrong-horse')];
    const { code, out, err } = await runCli('bmc', 'probe', address(), ...wrong, '--insecure-skip-verify', '--output', 'json');
    expect(code).to.equal(2);
    expect((JSON.parse(out) as NotProbed).reason).to.equal('Unauthorized/LoginRefused');
    expect(`${out}${err}`).not.to.contain('wrong-horse');
    expect(served.bmc.books.requests.filter(({ method }) => method === 'POST')).to.have.length(1);
  });

  for (const [what, argv, words] of [
    [
      'two ways to trust',
      ['redfish+https://b', '--username', 'u', '--fingerprint', 'AA', '--insecure-skip-verify'],
      /exclude each other/,
    ],
    ['no user', ['redfish+https://b'], /--username/],
    ['a password file that is not there', ['redfish+https://b', '--username', 'u', '--password-file', '/nowhere/pw'], /ENOENT/],
  ] as const)
    it(`refuses ${what}`, async () => {
      const { code, out, err } = await runCli('bmc', 'probe', ...argv);
      expect([code, out]).to.deep.equal([2, '']);
      expect(err).to.match(words);
    });

  it('refuses an address with a password in it without repeating it', async () => {
    const { code, err } = await runCli('bmc', 'probe', 'redfish+https://u:geheim@b', ...login());
    expect(code).to.equal(2);
    expect(err)
      .to.match(/come from a Secret/)
      .and.not.contain('geheim');
  });
});
