import { expect } from 'chai';
import { type Fact, unknown } from '../../../src/foundation/fact';
import { ClaimLost } from '../../../src/upgrade/fence';
import type { MachineSight } from '../../../src/upgrade/machineSight';
import { Desk, HOST, SERIAL } from './desk';

const REDFISH = 'address: "redfish+https://10.1.7.1", credentialsRef: {name: redfish}';
const BOTH = `{${REDFISH}, fallback: {address: "ipmi://10.1.7.1", credentialsRef: {name: ipmi}}}`;
const IPMI = '{address: "ipmi://10.1.7.1", credentialsRef: {name: ipmi}}';

/** The claim is ours. */
const held = (): Promise<void> => Promise.resolve();

describe('the machine of a host', () => {
  const look = (desk: Desk): Promise<Fact<MachineSight>> => desk.run(desk.machines.eyes.machine(HOST));
  const seen = async (desk: Desk): Promise<MachineSight> => {
    const fact = await look(desk);
    if (!fact.known) throw new Error(fact.why);
    return fact.value;
  };
  const unseen = async (desk: Desk): Promise<string> => {
    const fact = await look(desk);
    return fact.known ? expect.fail(`seen: ${JSON.stringify(fact.value)}`) : fact.why;
  };
  /** Until what was left in peace is asked again. */
  const back = (desk: Desk): Promise<void> => {
    desk.away = false;
    return desk.bench.pass(300_000);
  };
  const tries = ({ attempts = [] }: MachineSight): readonly string[] =>
    attempts.map(({ protocol, verb, outcome, reason }) => `${protocol} ${verb} ${outcome} ${reason}`.trim());

  it('is seen by Redfish: whose it is, what it can, and what was asked of it', async () => {
    const desk = new Desk({ bmc: BOTH });
    const { attempts, ...sight } = await seen(desk);
    expect(sight).to.deep.include({ power: 'Off', override: 'None', media: 'None', targets: ['Cd', 'Pxe'] });
    expect(sight.withheld).to.equal(undefined);
    expect(sight.identity.kind === 'Proven' && JSON.parse(sight.identity.as)).to.deep.include({ serial: SERIAL });
    expect(attempts?.map(({ protocol, verb, outcome }) => `${protocol} ${verb} ${outcome}`)).to.deep.equal([
      'redfish probe read',
      'redfish power read',
      'redfish boot read',
      'redfish media read',
    ]);
    expect(attempts?.[0]?.at).to.match(/^2026-03-01T00:00:0\d\.\d{3}Z$/);
    expect(desk.tool.commands).to.deep.equal([]);
  });

  it('is booted in the mode that the manifest says, that of the host before that of all', async () => {
    const desk = new Desk({ bmc: BOTH, more: ', boot: {firmware: BIOS}' });
    expect(await desk.run(desk.machines.hands.setBootOnce(HOST, 'Pxe', held))).to.include({ kind: 'Accepted' });
    expect(desk.bench.changes).to.deep.equal(['override Pxe Once Legacy']);
    desk.edit(({ boot: _boot, ...host }) => host);
    desk.object = { ...desk.object, spec: { ...desk.object.spec, boot: { ...desk.object.spec.boot, firmware: 'UEFI' } } };
    expect(desk.bmcs.firmwareOf({ uuid: HOST, name: 'xs-r7-01' })).to.equal('UEFI');
    desk.edit((host) => ({ ...host, boot: { firmware: 'Auto' } }));
    expect(desk.bmcs.firmwareOf({ uuid: HOST, name: 'xs-r7-01' })).to.equal(undefined);
  });

  it('is not offered a boot in a mode that it says it is not in and cannot change', async () => {
    const desk = new Desk({ bmc: BOTH, more: ', boot: {firmware: BIOS}', profile: 'hpe-ilo5' });
    const sight = await seen(desk);
    expect(sight.targets).to.deep.equal([]);
    expect(sight.withheld).to.match(/boots in UEFI mode, and cannot change that; spec\.hosts\[\]\.boot\.firmware .* says BIOS/);
    desk.edit((host) => ({ ...host, boot: { firmware: 'UEFI' } }));
    expect((await seen(desk)).targets).to.deep.equal(['Cd', 'Pxe']);
  });

  it('is seen and powered by IPMI while Redfish is away, and that is told', async () => {
    const desk = new Desk({ bmc: BOTH, more: ', boot: {firmware: UEFI}' });
    desk.away = true;
    const before = await seen(desk);
    expect(before).to.deep.include({ power: 'Off', override: 'None', media: 'Unsupported', targets: ['Pxe'] });
    expect(before.identity.kind).to.equal('Proven');
    expect(await desk.run(desk.machines.hands.setBootOnce(HOST, 'Pxe', held))).to.include({ kind: 'Accepted' });
    expect(await desk.run(desk.machines.hands.powerOn(HOST, held))).to.include({ kind: 'Accepted' });
    expect(desk.tool.orders).to.deep.equal([
      'raw 0x00 0x08 0x03 0x08',
      'raw 0x00 0x08 0x05 0xa0 0x04 0x00 0x00 0x00',
      'chassis power on',
    ]);
    expect(tries(await seen(desk))).to.include.members(['ipmi setBootOnce changed', 'ipmi setPower changed']);
    expect(tries(await seen(desk)).some((line) => line.startsWith('redfish probe Unreachable'))).to.equal(true);
  });

  it('is not seen by half: while Redfish is away nobody knows what is in its drive', async () => {
    const desk = new Desk({ bmc: BOTH, more: ', boot: {firmware: UEFI}' });
    desk.away = true;
    desk.needsMedia = true;
    expect(await unseen(desk)).to.match(/Redfish does not answer, and by IPMI nobody tells of the virtual drive/);
    await back(desk);
    expect((await seen(desk)).media).to.equal('None');
  });

  it('is not seen where what stands in for Redfish does not prove whose it is, or wants a mode that nobody told', async () => {
    const desk = new Desk({ bmc: BOTH });
    desk.away = true;
    expect(await unseen(desk)).to.contain('spec.hosts[].boot.firmware');
    await back(desk);
    await seen(desk);
    desk.away = true;
    // The first has told it.
    expect((await seen(desk)).targets).to.deep.equal(['Pxe']);
    desk.tool.fru = '';
    expect(await unseen(desk)).to.match(/nothing that both name/);
  });

  it('stays unseen where the fallback is for power alone: what boots next is not known then', async () => {
    const desk = new Desk({ bmc: BOTH, more: ', boot: {firmware: UEFI}' });
    desk.settings({ fallback: { address: 'ipmi://10.1.7.1', credentialsRef: { name: 'ipmi' }, verbs: ['Power'] } });
    desk.away = true;
    expect(await unseen(desk)).to.match(/^Unreachable/);
    expect(await desk.run(desk.machines.hands.powerOn(HOST, held))).to.include({ kind: 'Accepted' });
    expect(desk.tool.power).to.equal('on');
  });

  describe('by IPMI alone', () => {
    it('is seen, and what lacks the mode is refused with the field that says it, before it is off', async () => {
      const desk = new Desk({ bmc: IPMI });
      const sight = await seen(desk);
      expect(sight).to.deep.include({ power: 'Off', override: 'None', media: 'Unsupported', targets: [] });
      expect(sight.withheld).to.match(/say UEFI or BIOS in spec\.hosts\[\]\.boot\.firmware/);
      const outcome = await desk.run(desk.machines.hands.setBootOnce(HOST, 'Pxe', held));
      expect(outcome).to.include({ kind: 'Refused', code: 'ModeNeeded' });
      expect(outcome)
        .to.have.property('text')
        .that.matches(/say UEFI or BIOS in spec\.hosts\[\]\.boot\.firmware of this host/);
      expect(desk.tool.orders).to.deep.equal([]);
    });

    it('is booted where the manifest says the mode', async () => {
      const desk = new Desk({ bmc: IPMI, more: ', boot: {firmware: BIOS}' });
      expect((await seen(desk)).targets).to.have.members(['Cd', 'Pxe']);
      expect(await desk.run(desk.machines.hands.setBootOnce(HOST, 'Pxe', held))).to.include({ kind: 'Accepted' });
      expect((await seen(desk)).override).to.equal('Pxe');
      expect(await desk.run(desk.machines.hands.clearBootOverride(HOST, held))).to.include({ kind: 'Accepted' });
      expect((await seen(desk)).override).to.equal('None');
      expect(await desk.run(desk.machines.hands.insertMedia(HOST, held))).to.include({
        kind: 'Refused',
        code: 'NoVirtualMedia',
      });
    });

    it('is spoken to by the cipher suites that the manifest names, the strongest first', async () => {
      const desk = new Desk({ bmc: IPMI, more: ', boot: {firmware: BIOS}' });
      desk.tool.suites = ['3'];
      expect(await unseen(desk)).to.match(/CipherRefused.*spec\.hosts\[\]\.bmc\.ipmi\.cipherSuites says which may be used/);
      const ipmi = { cipherSuites: [3, 17], privilege: 'OPERATOR', bootReadBack: 'Exact' } as const;
      desk.settings({ ipmi: { ...ipmi, cipherSuites: [3, 17] } });
      desk.tool.argv.length = 0;
      await seen(desk);
      const suites = desk.tool.argv.map((args) => args[args.indexOf('-C') + 1]);
      expect(suites.slice(0, 3)).to.deep.equal(['17', '3', '3']);
      expect(desk.tool.argv[0]).to.include('OPERATOR');
    });

    it('is believed to be armed by the device alone where the manifest says that the BMC tells no more', async () => {
      const desk = new Desk({ bmc: IPMI, more: ', boot: {firmware: UEFI}' });
      desk.tool.keepsBits = false;
      const refused = await desk.run(desk.machines.hands.setBootOnce(HOST, 'Pxe', held));
      expect(refused)
        .to.include({ kind: 'Refused', code: 'BootFlagsNotKept' })
        .and.have.property('text')
        .that.contains('DeviceOnly');
      desk.settings({ ipmi: { privilege: 'ADMINISTRATOR', bootReadBack: 'DeviceOnly' } });
      expect(await desk.run(desk.machines.hands.setBootOnce(HOST, 'Pxe', held))).to.include({ kind: 'Accepted' });
      expect((await seen(desk)).override).to.equal('Pxe');
    });
  });

  it('is told nothing before it is known whose machine it must be, by neither protocol', async () => {
    const desk = new Desk({ bmc: BOTH });
    desk.expected = unknown('the pool was not seen yet');
    expect(await unseen(desk)).to.equal('the pool was not seen yet');
    for (const away of [false, true]) {
      desk.away = away;
      const outcome = await desk.run(desk.machines.hands.powerOn(HOST, held));
      expect(outcome).to.include({ kind: 'Refused', code: 'IdentityUnknown' });
    }
    expect([desk.bench.changes, desk.tool.orders]).to.deep.equal([[], []]);
  });

  it('is opened anew when the manifest or a Secret says otherwise, and what is not settled stays so', async () => {
    const desk = new Desk({ bmc: IPMI });
    desk.secrets['ipmi'] = { username: 'admin', password: 'wrong' };
    expect(await unseen(desk)).to.match(/^Unauthorized \(LoginRefused\)/);
    const sent = desk.tool.commands.length;
    expect(await unseen(desk)).to.contain('refused the login before');
    expect(desk.tool.commands.length).to.equal(sent);
    desk.secrets['ipmi'] = { username: 'admin', password: desk.tool.password };
    expect((await seen(desk)).power).to.equal('Off');
    const first = await desk.bmcs.of({ uuid: HOST, name: 'xs-r7-01' });
    desk.tool.orderFaults.push('drop');
    expect(await desk.run(desk.machines.hands.powerOn(HOST, held))).to.include({ kind: 'Ambiguous' });
    expect(first?.memory().unsettled).to.deep.equal(['power']);
    desk.settings({ expectedSerial: SERIAL });
    const second = await desk.bmcs.of({ uuid: HOST, name: 'xs-r7-01' });
    expect(second).not.to.equal(first);
    expect(second?.memory().unsettled).to.deep.equal(['power']);
  });

  it('names field, Secret and key that are missing, for the fallback as well', async () => {
    const desk = new Desk({ bmc: BOTH });
    delete desk.secrets['ipmi'];
    expect(await unseen(desk)).to.equal(
      'Unauthorized (SecretMissing): spec.hosts[].bmc.fallback.credentialsRef: there is no Secret ipmi in namespace default',
    );
  });

  describe('whose claim is lost while an order waits', () => {
    const lost = (): Promise<never> => Promise.reject(new ClaimLost());
    const failure = (work: Promise<unknown>): Promise<unknown> =>
      work.then(
        () => 'it was carried out',
        (error: unknown) => error,
      );

    it('is told nothing more by Redfish', async () => {
      const desk = new Desk({ bmc: `{${REDFISH}}` });
      const { hands } = desk.machines;
      const orders = [
        () => hands.powerOn(HOST, lost),
        () => hands.setBootOnce(HOST, 'Pxe', lost),
        () => hands.insertMedia(HOST, lost),
      ];
      for (const order of orders) expect(await desk.run(failure(order()))).to.be.instanceOf(ClaimLost);
      expect(desk.bench.changes).to.deep.equal([]);
    });

    it('is told nothing more by IPMI', async () => {
      const desk = new Desk({ bmc: IPMI, more: ', boot: {firmware: BIOS}' });
      const { hands } = desk.machines;
      for (const order of [() => hands.powerOn(HOST, lost), () => hands.setBootOnce(HOST, 'Pxe', lost)])
        expect(await desk.run(failure(order()))).to.be.instanceOf(ClaimLost);
      expect(desk.tool.power).to.equal('off');
      expect(desk.tool.orders).to.deep.equal([]);
    });

    it('is asked about before each request that changes something, and before no other', async () => {
      const desk = new Desk({ bmc: `{${REDFISH}}` });
      const { hands, eyes } = desk.machines;
      await desk.run(eyes.machine(HOST));
      let asked = 0;
      const counting = (): Promise<void> => {
        asked += 1;
        return Promise.resolve();
      };
      await desk.run(hands.powerOn(HOST, counting));
      expect(asked).to.equal(1);
      await desk.run(hands.powerOn(HOST, counting));
      expect(asked, 'it is on already').to.equal(1);
      await desk.run(eyes.machine(HOST));
      expect(asked).to.equal(1);
    });
  });
});
