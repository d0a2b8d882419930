// A BMC whose Redfish is away, as the operator opens it from a manifest, commanded by IPMI instead at a BMC of others.
import { expect } from 'chai';
import { once } from 'node:events';
import { createServer } from 'node:net';
import { Lanes } from '../../../src/bmc/lane';
import type { BmcSettings } from '../../../src/api/generated/poolUpgrade';
import type { ExpectedIdentity } from '../../../src/bmc/identity';
import { spawnIpmitool } from '../../../src/bmc/ipmi/spawnRun';
import { bmcOpener, type OperatedBmc } from '../../../src/controller/machines/openNamed';
import { type Fact, known } from '../../../src/foundation/fact';
import { realClock } from '../../../src/foundation/realClock';
import { systemRandom } from '../../../src/foundation/systemRandom';
import { hurried } from '../hurried';
import { PlainChassis } from './chassis';
import { CREDENTIALS, failure, GUID, patient, PRODUCT } from './driven';
import { IpmiSim } from './ipmiSim';

const hurry = hurried(20);

describe('IPMI in place of a Redfish that is away', () => {
  let chassis: PlainChassis;
  let sim: IpmiSim;
  before(async () => {
    chassis = new PlainChassis();
    sim = await IpmiSim.start({ credentials: CREDENTIALS, chassis, product: PRODUCT, guid: GUID });
  });
  after(() => sim.stop());

  const open = async (serial: string): Promise<OperatedBmc> => {
    const closed = createServer().listen(0, '127.0.0.1');
    await once(closed, 'listening');
    const { port } = closed.address() as { readonly port: number };
    closed.close();
    await once(closed, 'close');
    const settings: BmcSettings = {
      address: `redfish+https://127.0.0.1:${port}`,
      credentialsRef: { name: 'b' },
      tls: { insecureSkipVerify: false, minVersion: 'TLSv1.2', allowPlaintext: false },
      ipmi: { cipherSuites: [3], privilege: 'OPERATOR', bootReadBack: 'DeviceOnly' },
      fallback: { address: sim.address, verbs: ['Power'] },
    };
    const opener = bmcOpener({
      clock: hurry,
      random: systemRandom(),
      lanes: new Lanes(hurry),
      run: spawnIpmitool({ clock: realClock() }),
    });
    const expected = (): Fact<ExpectedIdentity> => known({ serial });
    return opener({
      settings,
      login: CREDENTIALS,
      fallbackLogin: CREDENTIALS,
      trust: { caBundle: undefined },
      expected,
      resume: undefined,
    });
  };

  it('switches the power, once it is proved whose machine it is, and says by which protocol', async () => {
    const bmc = await open(PRODUCT.serial);
    expect(await bmc.setPower('Off', patient)).to.deep.equal({ outcome: 'changed', observed: 'Off' });
    expect(chassis.orders).to.deep.equal(['set power 0']);
    const told = bmc.attempts().map(({ protocol, verb, outcome }) => `${protocol} ${verb} ${outcome}`);
    expect(told).to.deep.equal(['redfish probe Unreachable', 'ipmi probe read', 'ipmi setPower changed']);
    await bmc.close();
  });

  it('does not touch the machine of somebody else, and boots nothing that only power may be switched of', async () => {
    const before = chassis.orders.length;
    const bmc = await open('SN0000002');
    expect(await failure(bmc.setPower('On', patient))).to.include({ kind: 'Mismatch', reason: 'IdentityContradicted' });
    expect(await failure(bmc.setBootOnce('Pxe', 'UEFI', patient))).to.include({ kind: 'Unreachable' });
    expect(chassis.orders.length).to.equal(before);
    await bmc.close();
  });
});
