import { expect } from 'chai';
import type { BmcSettings } from '../../../src/api/generated/poolUpgrade';
import { type Bmc, BmcError, type Capabilities } from '../../../src/bmc/bmc';
import { Permit } from '../../../src/bmc/permit';
import type { ExpectedIdentity } from '../../../src/bmc/identity';
import type { OperatedBmc } from '../../../src/controller/machines/openNamed';
import type { MachinesParts } from '../../../src/controller/machines/parts';
import { createMachines, type Machines } from '../../../src/controller/machines/machines';
import { expectedIdentity, knownHost } from '../../../src/controller/machines/expected';
import { Aborted } from '../../../src/foundation/clock';
import { type Fact, known, unknown } from '../../../src/foundation/fact';
import { VirtualClock } from '../../../src/foundation/virtualClock';
import type { HostState } from '../../../src/upgrade/state';
import { ABLE, FakeBmc, Machine } from '../../bmc/policy/twoHands';
import { hostState } from '../../upgrade/situations';
import { records } from '../pool/records';
import { passing } from './passing';

/** A BMC with two virtual CDs. */
class WithDrives extends FakeBmc implements OperatedBmc {
  images: readonly string[] = ['', ''];
  assumed = false;
  readonly permit = new Permit();

  override async probe(): Promise<Capabilities> {
    return { ...(await super.probe()), media: { slot: '/1', schemes: ['http'], assumed: this.assumed } };
  }

  attempts(): ReturnType<OperatedBmc['attempts']> {
    return [];
  }

  memory(): ReturnType<OperatedBmc['memory']> {
    return {} as never;
  }

  override media(): ReturnType<Bmc['media']> {
    return Promise.resolve(this.images.map((image, index) => ({ slot: `/${index + 1}`, inserted: image !== '', image })));
  }
}

interface Bench {
  readonly machines: Machines;
  readonly bmc: WithDrives;
  readonly clock: VirtualClock;
  readonly machine: Machine;
}

function bench(more: Partial<MachinesParts> = {}, expected: Fact<ExpectedIdentity> = known({ serial: 'SN0001' })): Bench {
  const machine = new Machine();
  const bmc = new WithDrives('redfish', machine, ABLE);
  const clock = new VirtualClock(0);
  const machines = createMachines({
    bmcOf: () => Promise.resolve(bmc),
    settingsOf: () => undefined,
    reopen: () => undefined,
    firmwareOf: () => 'UEFI',
    needsMedia: () => true,
    expectedOf: () => expected,
    media: {
      imageUrl: () => 'http://boot/a',
      treeUrl: () => undefined,
      kindOf: (_host, image) => (image === 'http://boot/a' ? 'Ours' : image.startsWith('http://boot/') ? 'Stale' : 'Foreign'),
    },
    offers: undefined,
    imageScheme: () => 'http',
    installer: () => Promise.resolve(unknown('nobody tells')),
    clock,
    ...more,
  });
  return { machines, bmc, clock, machine };
}

describe('a look at a machine', () => {
  it('tells who it is, its state and what it can be told, and changes nothing', async () => {
    const { machines, machine } = bench();
    expect(await machines.eyes.boot.ask('h')).to.deep.equal({
      kind: 'Told',
      machine: {
        power: 'On',
        identity: { kind: 'Proven', as: JSON.stringify({ serial: 'SN0001', uuid: '', macs: [] }) },
        override: 'None',
        media: 'None',
        schemes: ['http'],
        targets: ['Pxe', 'Cd'],
        attempts: [],
      },
    });
    expect(machine.calls()).to.deep.equal(['redfish probe', 'redfish power', 'redfish boot']);
  });

  it('does not tell as known by which schemes images are taken where that is assumed', async () => {
    const { machines, bmc } = bench();
    bmc.assumed = true;
    const answer = await machines.eyes.boot.ask('h');
    expect(answer.kind === 'Told' && 'schemes' in answer.machine).to.equal(false);
  });

  it('takes another serial for another machine, and none for no proof', async () => {
    const seen = async (expected: ExpectedIdentity): Promise<string> => {
      const answer = await bench({}, known(expected)).machines.eyes.boot.ask('h');
      return answer.kind === 'Told' ? answer.machine.identity.kind : answer.kind;
    };
    expect([await seen({ serial: 'SN0002' }), await seen({})]).to.deep.equal(['Mismatch', 'Unproven']);
  });

  it('finds what is in any of the virtual CDs, because the machine may boot from either', async () => {
    const { machines, bmc } = bench();
    const media = async (...images: readonly string[]): Promise<string> => {
      bmc.images = images;
      const answer = await machines.eyes.boot.ask('h');
      return answer.kind === 'Told' ? answer.machine.media : answer.kind;
    };
    expect(await media('', '')).to.equal('None');
    expect(await media('http://boot/a', '')).to.equal('Ours');
    expect(await media('', 'http://boot/a')).to.equal('Ours');
    expect(await media('http://boot/a', 'http://boot/older')).to.equal('Stale');
    expect(await media('http://boot/a', 'http://elsewhere/b')).to.equal('Foreign');
  });

  it('tells silence from refusal and from anything else', async () => {
    const failing = async (kind: 'Unreachable' | 'Unauthorized' | 'Transient', reason = ''): Promise<unknown> => {
      const { machines, bmc } = bench();
      bmc.always['probe'] = { kind, reason };
      const heard = await machines.eyes.boot.ask('h');
      const fact = await machines.eyes.machine('h');
      return [heard, fact.known ? '' : fact.why];
    };
    expect(await failing('Unreachable', 'TlsUntrusted')).to.deep.equal([
      { kind: 'Unreachable', why: 'redfish probe (TlsUntrusted)' },
      'Unreachable (TlsUntrusted): redfish probe',
    ]);
    expect(await failing('Unauthorized')).to.deep.equal([
      { kind: 'Unauthorized', why: 'redfish probe' },
      'Unauthorized: redfish probe',
    ]);
    expect(await failing('Transient')).to.deep.equal([{ kind: 'Failed', why: 'redfish probe' }, 'Transient: redfish probe']);
  });

  it('is taken anew each time: whether a login may be tried again is the driver’s to know', async () => {
    const { machines, bmc } = bench();
    bmc.faults.push({ kind: 'Unauthorized', reason: 'PrivilegeMissing' });
    expect((await machines.eyes.boot.ask('h')).kind).to.equal('Unauthorized');
    expect((await machines.eyes.boot.ask('h')).kind).to.equal('Told');
  });

  it('ends after five minutes', async () => {
    const never: OperatedBmc = Object.assign(new WithDrives('redfish', new Machine(), ABLE), {
      probe: (signal: AbortSignal) =>
        new Promise<never>((_, reject) => signal.addEventListener('abort', () => reject(new Aborted(signal.reason)))),
    });
    const { machines, clock } = bench({ bmcOf: () => Promise.resolve(never) });
    const asked = machines.eyes.boot.ask('h');
    await passing(clock, 300_000);
    expect(await asked).to.deep.equal({
      kind: 'Unreachable',
      why: 'it did not tell all that was asked within 300 s (Slow)',
    });
  });

  it('is not taken where nobody knows who the machine should be, or no BMC is named', async () => {
    const strange = bench({}, unknown('the pool was not seen yet'));
    expect(await strange.machines.eyes.boot.ask('h')).to.deep.equal({ kind: 'Failed', why: 'the pool was not seen yet' });
    expect(strange.machine.calls()).to.deep.equal([]);
    const nameless = bench({ bmcOf: () => Promise.resolve(undefined) }).machines;
    expect(await nameless.eyes.machine('h')).to.deep.include({ why: 'the manifest names no BMC of this host' });
  });

  it('does not hide what is no fault of a BMC', async () => {
    const broken = bench({ bmcOf: () => Promise.reject(new Error('the cluster is away')) }).machines;
    let thrown: unknown;
    await broken.eyes.boot.ask('h').catch((error: unknown) => (thrown = error));
    expect(thrown).to.be.an('error').with.property('message', 'the cluster is away');
    const missing = new BmcError('Unauthorized', 'login', 'there is no Secret bmc', 'SecretMissing');
    const answer = await bench({ bmcOf: () => Promise.reject(missing) }).machines.eyes.boot.ask('h');
    expect(answer).to.deep.equal({ kind: 'Unauthorized', why: 'there is no Secret bmc (SecretMissing)' });
  });
});

describe('which machine of the world a BMC is', () => {
  const place = (address: string): unknown => {
    const settings = { address, credentialsRef: { name: 'bmc' }, tls: {} } as BmcSettings;
    return bench({ settingsOf: () => settings }).machines.eyes.boot.named('h')?.place;
  };

  it('is its host, whatever the protocol, the port and the letters, and the system where one is named', () => {
    const same = { host: 'bmc-1.example', system: '' };
    expect(place('redfish+https://BMC-1.example')).to.deep.equal(same);
    expect(place('redfish+http://bmc-1.example:8000/redfish/v1')).to.deep.equal(same);
    expect(place('ipmi://bmc-1.example:6230')).to.deep.equal(same);
    expect(place('redfish+https://10.0.0.1/redfish/v1/Systems/2')).to.deep.equal({
      host: '10.0.0.1',
      system: '/redfish/v1/Systems/2',
    });
    expect([place('ipmi://[FD00::1]'), place('redfish+https://[fd00:0::1]')]).to.deep.equal([
      { host: 'fd00::1', system: '' },
      { host: 'fd00::1', system: '' },
    ]);
  });

  it('is not told by an address without sense', () => {
    expect(place('redfish+https://user@10.0.0.1')).to.equal(undefined);
  });
});

describe('a host whose machine is asked for', () => {
  const pool = records({ host: { a: { name_label: 'xs-01' } } });
  const state = (host: HostState): { readonly hosts: readonly HostState[] } => ({ hosts: [host] });

  it('is one of the run with what it remembers, else one of the pool', () => {
    const remembered = hostState('a', 'Installing', { evidence: { machine: '{}' } });
    expect(knownHost(state(remembered), pool, 'a')).to.deep.equal({ uuid: 'a', name: 'name-a', machine: '{}' });
    expect(knownHost(undefined, pool, 'a')).to.deep.equal({ uuid: 'a', name: 'xs-01', machine: undefined });
    expect(knownHost(state(hostState('b', 'Pending')), pool, 'a').name).to.equal('xs-01');
  });

  it('of neither is a mistake of who asks', () => {
    expect(() => knownHost(undefined, pool, 'zz')).to.throw('neither of the run nor of the pool: zz');
  });
});

describe('who a machine must be', () => {
  const pool = records({ host: { a: { uuid: 'a', bios_strings: { 'system-serial-number': 'SN-1' } } }, PIF: {} });
  const remembered = JSON.stringify({ serial: 'SN-0', uuid: '', macs: [] });

  it('is what the pool shows of it, and what was remembered where the pool was not seen since this process began', () => {
    expect(expectedIdentity(pool, 'a', undefined, remembered)).to.deep.include({ value: { serial: 'SN-1', macs: [] } });
    const known = { serial: 'SN-0', uuid: '', macs: [] };
    expect(expectedIdentity(undefined, 'a', undefined, remembered)).to.deep.include({ known: true, value: known });
  });

  it('is not known where nobody has seen the pool and nothing is remembered', () => {
    expect(expectedIdentity(undefined, 'a', { expectedSerial: 'SN-2' }, undefined)).to.include({ known: false });
  });
});
