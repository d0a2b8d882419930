import { expect } from 'chai';
import fc from 'fast-check';
import type { MachineIdentity } from '../../src/bmc/bmc';
import { BmcError } from '../../src/bmc/bmc';
import { assertIdentity, judgeIdentity } from '../../src/bmc/identity';

const UUID = '4c4c4544-0033-3510-8052-b4c04f4a4c31';
const SWAPPED = '44454c4c-3300-1035-8052-b4c04f4a4c31';
const REVERSED = '314c4a4f-c0b4-5280-1035-330044454c4c';

const machine = (told: Partial<MachineIdentity>): MachineIdentity => ({
  manufacturer: '',
  model: '',
  serial: '',
  uuid: '',
  macs: [],
  ...told,
});

describe('the identity of a machine', () => {
  it('is proved by its serial, its uuid or one of its network cards', () => {
    expect(judgeIdentity(machine({ serial: 'SN0001 ' }), { serial: 'sn0001' })).to.deep.equal({ kind: 'Proved', by: 'serial' });
    expect(judgeIdentity(machine({ uuid: UUID }), { uuid: UUID.toUpperCase() })).to.deep.equal({ kind: 'Proved', by: 'uuid' });
    const macs = ['00:16:3e:00:00:09', '00:16:3e:00:00:01'];
    expect(judgeIdentity(machine({ macs }), { macs: ['00-16-3E-00-00-01'] })).to.deep.equal({ kind: 'Proved', by: 'mac' });
  });

  it('knows a uuid in every order of bytes in which it is told', () => {
    for (const uuid of [UUID, SWAPPED, REVERSED, `{${UUID}}`, UUID.replaceAll('-', '')])
      expect(judgeIdentity(machine({ uuid }), { uuid: UUID }), uuid).to.deep.equal({ kind: 'Proved', by: 'uuid' });
  });

  it('is contradicted by one thing that differs, whatever else agrees', () => {
    const macs = ['00:16:3e:00:00:01'];
    const bySerial = judgeIdentity(machine({ serial: 'SN0001', uuid: UUID, macs }), { serial: 'SN0002', uuid: UUID, macs });
    expect(bySerial).to.deep.equal({ kind: 'Contradicted', why: 'found serial "SN0001", expected "SN0002"' });
    const other = UUID.replace('31', '32');
    expect(judgeIdentity(machine({ serial: 'SN0001', uuid: UUID }), { serial: 'SN0001', uuid: other }).kind).to.equal(
      'Contradicted',
    );
  });

  it('is unknown where nothing is told, or nothing that both name', () => {
    expect(judgeIdentity(machine({}), {}).kind).to.equal('Unknown');
    expect(judgeIdentity(machine({ serial: 'SN0001' }), { uuid: UUID }).kind).to.equal('Unknown');
    // Many BMCs tell of the cards on the board only.
    expect(judgeIdentity(machine({ macs: ['00:16:3e:00:00:02'] }), { macs: ['00:16:3e:00:00:01'] }).kind).to.equal('Unknown');
  });

  it('is not proved by what makers never filled in', () => {
    const serials = [
      '',
      ' ',
      '0',
      '00000000',
      'To be filled by O.E.M.',
      'To Be Filled By O.E.M',
      'OEM',
      'Default string',
      'System Serial Number',
      'Serial Number',
      'Not Specified',
      'N/A',
      'None',
      'unknown',
      '0123456789',
      '123456789',
      '1234567890',
      'XXXXXXXXXX',
      '...............',
      'Chassis Serial Number',
      'ABC',
      'Invalid',
    ];
    for (const serial of serials) {
      expect(judgeIdentity(machine({ serial }), { serial }).kind, serial).to.equal('Unknown');
      expect(judgeIdentity(machine({ serial }), { serial: 'SN0001' }).kind, serial).to.equal('Unknown');
    }
    const uuids = [
      '00000000-0000-0000-0000-000000000000',
      'ffffffff-ffff-ffff-ffff-ffffffffffff',
      '03000200-0400-0500-0006-000700080009',
      '00020003-0004-0005-0006-000700080009',
      '00112233-4455-6677-8899-aabbccddeeff',
      'not a uuid',
    ];
    for (const uuid of uuids) expect(judgeIdentity(machine({ uuid }), { uuid }).kind, uuid).to.equal('Unknown');
    for (const mac of ['00:00:00:00:00:00', 'ff:ff:ff:ff:ff:ff', '01:00:5e:00:00:01', 'none'])
      expect(judgeIdentity(machine({ macs: [mac] }), { macs: [mac] }).kind, mac).to.equal('Unknown');
  });

  it('tells whoever asserts it whether it is another machine or not known', () => {
    const told = (identity: MachineIdentity): BmcError => {
      try {
        assertIdentity({ protocol: 'ipmi', identity }, { serial: 'SN0001' });
      } catch (error) {
        return error as BmcError;
      }
      return expect.fail('it was proved');
    };
    expect(told(machine({ serial: 'SN0002' })))
      .to.be.instanceOf(BmcError)
      .and.include({ kind: 'Mismatch', reason: 'IdentityContradicted' });
    expect(told(machine({}))).to.include({ kind: 'Mismatch', reason: 'IdentityUnknown' });
    expect(told(machine({})).message).to.match(/ipmi is not proved.*expected serial "SN0001"/);
    assertIdentity({ protocol: 'ipmi', identity: machine({ serial: 'SN0001' }) }, { serial: 'SN0001' });
  });

  it('is never proved for two machines that differ in serial or uuid', () => {
    const serial = fc.stringMatching(/^[A-Z0-9]{6,12}$/);
    fc.assert(
      fc.property(serial, serial, fc.uuid(), fc.uuid(), (one, two, uuid, other) => {
        fc.pre(one !== two && uuid !== other);
        expect(judgeIdentity(machine({ serial: one }), { serial: two }).kind).not.to.equal('Proved');
        expect(judgeIdentity(machine({ uuid, macs: ['00:16:3e:00:00:01'] }), { uuid: other }).kind).not.to.equal('Proved');
      }),
    );
  });
});
