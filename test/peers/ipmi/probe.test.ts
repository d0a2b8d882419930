// `xenpool bmc probe ipmi://…` from its flags to its last line, at BMCs of others: what docs/ipmi.md shows is what it prints.
import { expect } from 'chai';
import { mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import path from 'node:path';
import type { NotProbed } from '../../../src/cli/bmc/probe';
import { runCli } from '../../cli/runCli';
import { PlainChassis } from './chassis';
import { CREDENTIALS, GUID, PRODUCT } from './driven';
import { IpmiSim } from './ipmiSim';
import { PyghmiBmc } from './pyghmiBmc';

describe('xenpool bmc probe, by IPMI', () => {
  let folder: string;
  let chassis: PlainChassis;
  let login: readonly string[];
  beforeEach(() => {
    folder = mkdtempSync(path.join(tmpdir(), 'probe-ipmi-'));
    const file = path.join(folder, 'password');
    writeFileSync(file, `${CREDENTIALS.password}\n`);
    login = ['--username', CREDENTIALS.username, '--password-file', file];
    chassis = new PlainChassis();
  });
  afterEach(() => rmSync(folder, { recursive: true }));
  const world = (): Parameters<typeof IpmiSim.start>[0] => ({ credentials: CREDENTIALS, chassis, product: PRODUCT, guid: GUID });

  it('tells what a BMC is and can, and has ordered nothing', async () => {
    const bmc = await PyghmiBmc.start(world());
    const address = `ipmi://127.0.0.1:${bmc.port}`;
    const { code, out, err } = await runCli('bmc', 'probe', address, ...login, '--ipmi-cipher-suite', '3');
    await bmc.stop();
    expect([code, err]).to.deep.equal([0, '']);
    const page = readFileSync(path.resolve(__dirname, '..', '..', '..', 'docs', 'ipmi.md'), 'utf8');
    expect(page).to.contain(out.replace(address, 'ipmi://10.1.7.1'));
    expect(chassis.orders).to.deep.equal([]);
  });

  it('says which flag would help where a BMC refuses the cipher suite', async () => {
    const sim = await IpmiSim.start(world());
    const { code, out, err } = await runCli('bmc', 'probe', sim.address, ...login, '--output', 'json');
    await sim.stop();
    expect([code, (JSON.parse(out) as NotProbed).reason]).to.deep.equal([2, 'Unsupported/CipherRefused']);
    expect(err).to.contain('--ipmi-cipher-suite').and.not.contain(CREDENTIALS.password);
  });
});
