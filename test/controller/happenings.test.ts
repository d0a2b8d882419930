import { expect } from 'chai';
import type { PoolUpgrade } from '../../src/api/generated/poolUpgrade';
import { happenings } from '../../src/controller/happenings';

function upgrade(status: object | undefined): PoolUpgrade {
  return { metadata: { name: 'rack7' }, ...(status === undefined ? {} : { status }) } as unknown as PoolUpgrade;
}

const host = (phase: string, reason?: string): object => ({
  uuid: 'h',
  name: 'xs-01',
  from: '8.2.1',
  to: '8.3.0',
  phase,
  reason,
});

describe('what is told beside the object', () => {
  it('is each new phase of the run, with the reason and the message of the status', () => {
    const before = upgrade({ phase: 'Planning' });
    const after = upgrade({ phase: 'Preparing', reason: 'Working', message: 'ClaimPool' });
    expect(happenings(before, after)).to.deep.equal([
      { type: 'Normal', reason: 'Working', action: 'Preparing', note: 'ClaimPool' },
    ]);
    expect(happenings(after, after)).to.deep.equal([]);
  });

  it('is each new phase of a host, under its own name', () => {
    const [happening] = happenings(
      upgrade({ phase: 'Upgrading', hosts: [host('Leaving')] }),
      upgrade({ phase: 'Upgrading', hosts: [host('Installing')] }),
    );
    expect(happening).to.include({ type: 'Normal', action: 'Installing', subject: 'xs-01' });
    expect(happening?.note).to.contain('Leaving is over');
  });

  it('is a pause that comes later, when it is asked for, and not again while it comes', () => {
    const working = upgrade({ phase: 'Upgrading', conditions: [{ type: 'Paused', reason: 'NotPaused', message: '' }] });
    const message = 'it pauses once host xs-01 is upgraded';
    const coming = upgrade({ phase: 'Upgrading', conditions: [{ type: 'Paused', reason: 'PauseComing', message }] });
    expect(happenings(working, coming)).to.deep.equal([
      { type: 'Normal', reason: 'PauseComing', action: 'Upgrading', note: message },
    ]);
    expect(happenings(coming, coming)).to.deep.equal([]);
  });

  it('is a warning when something stops, once for each reason', () => {
    const running = upgrade({ phase: 'Validating' });
    const refused = upgrade({ phase: 'Validating', stalled: true, reason: 'PoolMixed', message: 'mixed' });
    const other = upgrade({ phase: 'Validating', stalled: true, reason: 'HostDisabled', message: 'off' });
    expect(happenings(running, refused)).to.deep.equal([
      { type: 'Warning', reason: 'PoolMixed', action: 'Validating', note: 'mixed' },
    ]);
    expect(happenings(refused, refused)).to.deep.equal([]);
    expect(happenings(refused, other)[0]?.reason).to.equal('HostDisabled');
    const failed = happenings(upgrade({ hosts: [host('Draining')] }), upgrade({ hosts: [host('Failed', 'DrainOverdue')] }));
    expect(failed[0]).to.include({ type: 'Warning', reason: 'DrainOverdue', action: 'Failed' });
  });

  it('is each wait for somebody, once, and not what only takes its time', () => {
    const working = upgrade({ phase: 'Upgrading', reason: 'Working' });
    const closed = upgrade({ phase: 'Upgrading', reason: 'OutsideWindow', message: 'opens at 22:00' });
    expect(happenings(working, closed)).to.deep.equal([
      { type: 'Normal', reason: 'OutsideWindow', action: 'Upgrading', note: 'opens at 22:00' },
    ]);
    expect(happenings(closed, closed)).to.deep.equal([]);
    expect(happenings(working, upgrade({ phase: 'Upgrading', reason: 'GuestsBusy' }))).to.deep.equal([]);
    const [strange] = happenings(working, upgrade({ phase: 'Upgrading', reason: 'CertificateChanged' }));
    expect(strange?.type).to.equal('Warning');
  });

  it('is nothing that the object said before it was first seen', () => {
    expect(happenings(undefined, upgrade({ phase: 'Halted', stalled: true }))).to.deep.equal([]);
    expect(happenings(upgrade(undefined), upgrade(undefined))).to.deep.equal([]);
  });
});
