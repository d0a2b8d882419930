import { expect } from 'chai';
import { failedTask, refusalOf, retryAfter } from '../../../src/bmc/redfish/refusal';
import type { Refusal } from '../../../src/bmc/redfish/refusal';

const NOW = Date.UTC(2026, 2, 1);
const refusal = (status: number, body: object | string, headers: Readonly<Record<string, string>> = {}): Refusal =>
  refusalOf({ status, headers, body: typeof body === 'string' ? body : JSON.stringify(body) }, NOW, ['geheim']);
const info = (MessageId: string, more: object = {}): object => ({ MessageId, Message: 'No.', ...more });
const extended = (...list: readonly object[]): object => ({ error: { '@Message.ExtendedInfo': list } });

describe('what a refusal means', () => {
  /** bmc.md 1.11, the table of ids, with the status each was seen with. */
  const ids: readonly (readonly [string, number, string, string])[] = [
    ['IDRAC.2.8.SYS518', 503, 'Transient', 'again'],
    ['IDRAC.2.8.SYS446', 500, 'Transient', 'again'],
    ['IDRAC.2.8.RAC0218', 503, 'Busy', 'again'],
    ['IDRAC.2.8.RAC0904', 400, 'MediaUnreachable', 'stop'],
    ['IDRAC.2.8.VRM0021', 500, 'Busy', 'free'],
    ['IDRAC.2.8.VRM0012', 500, 'Busy', 'free'],
    ['IDRAC.2.8.LC068', 503, 'Busy', 'again'],
    ['IDRAC.2.8.RAC0679', 503, 'Busy', 'again'],
    ['iLO.2.15.InvalidOperationForSystemState', 400, 'Transient', 'again'],
    ['iLO.2.37.UnableToModifyDuringSystemPOST', 400, 'Transient', 'again'],
    ['Base.1.12.ActionParameterValueConflict', 409, 'Transient', 'again'],
    ['Base.1.12.ActionParameterMissing', 400, 'Unsupported', 'negotiate'],
    ['PropertyMissing', 400, 'Unsupported', 'negotiate'],
    ['Base.PropertyUnknown', 400, 'Unsupported', 'negotiate'],
    ['Base.1.12.PropertyNotWritable', 400, 'Unsupported', 'negotiate'],
    ['Base.1.12.PropertyValueNotInList', 400, 'Unsupported', 'next'],
    ['Base.1.12.NoValidSession', 401, 'Unauthorized', 'stop'],
    ['Base.1.12.InsufficientPrivilege', 403, 'Unauthorized', 'stop'],
    ['Base.1.12.ResourceInUse', 409, 'Busy', 'again'],
    ['iBMC.1.0.ConnectionOccupied', 400, 'Busy', 'free'],
    ['iBMC.1.0.ConnectionFailed', 500, 'MediaUnreachable', 'stop'],
    ['iBMC.1.0.FileTransferProtocolMismatch', 400, 'Unsupported', 'stop'],
    ['iLO.2.15.LicenseKeyRequired', 400, 'Unsupported', 'stop'],
  ];
  for (const [id, status, kind, advice] of ids)
    it(`${id} is ${kind}`, () => {
      expect(refusal(status, extended(info(id)))).to.include({ kind, advice });
    });

  const statuses: readonly (readonly [number, string])[] = [
    [400, 'Fatal'],
    [401, 'Unauthorized'],
    [403, 'Unauthorized'],
    [404, 'Unsupported'],
    [405, 'Unsupported'],
    [409, 'Conflict'],
    [412, 'Conflict'],
    [429, 'Busy'],
    [500, 'Transient'],
    [501, 'Unsupported'],
    [503, 'Busy'],
    [504, 'Transient'],
    [507, 'Transient'],
    [418, 'Fatal'],
  ];
  for (const [status, kind] of statuses)
    it(`status ${status} alone is ${kind}`, () => {
      expect(refusal(status, '')).to.include({ kind, said: '' });
    });

  it('is found however it is wrapped', () => {
    const one = info('Base.1.8.PropertyUnknown', { RelatedProperties: ['#/Inserted', '/WriteProtected'] });
    for (const body of [extended(one), { error: { '@Message.ExtendedInfo': one } }, { '@Message.ExtendedInfo': [one] }])
      expect(refusal(400, body).messages.map(({ id, properties }) => [id, properties])).to.deep.equal([
        ['PropertyUnknown', ['Inserted', 'WriteProtected']],
      ]);
    expect(refusal(503, { error: { code: 'Base.1.8.ServiceTemporarilyUnavailable' } })).to.include({ reason: 'LaterPlease' });
  });

  it('is that of the most severe message that is known', () => {
    const list = [info('Base.1.8.Success', { Severity: 'OK' }), info('X.1.LC068', { Severity: 'Warning' })];
    expect(refusal(400, extended(...list, info('X.1.RAC0904', { Severity: 'Critical' })))).to.include({
      kind: 'MediaUnreachable',
    });
    expect(refusal(400, extended(...list))).to.include({ kind: 'Busy' });
  });

  it('is kept in words that fit a message: bounded, plain, without pages and secrets', () => {
    expect(refusal(500, '<html>Welcome</html>').said).to.equal('(a web page)');
    expect(refusal(400, 'geheim \u001b[31m\n http://u:p@host/token/x.iso').said).to.equal('[secret]  [31m  http://host/…');
    expect(refusal(400, 'x'.repeat(1e6)).said.length).to.be.at.most(301);
    expect(
      refusal(400, { error: { message: 'beside', '@Message.ExtendedInfo': [{ MessageId: 'A.GeneralError' }] } }).said,
    ).to.equal('GeneralError; beside');
  });

  it('is the task’s where the task had been accepted', () => {
    const task = { TaskState: 'Exception', Messages: [info('iBMC.1.0.ConnectionFailed')] };
    expect(failedTask(task, [])).to.include({ status: 0, kind: 'MediaUnreachable' });
    expect(failedTask({ TaskState: 'Killed' }, [])).to.include({ kind: 'Transient', said: 'the task ended as Killed' });
  });
});

describe('Retry-After', () => {
  it('is seconds or a date, and never more than ten minutes', () => {
    const date = new Date(NOW + 90_000).toUTCString();
    expect(
      ['5', date, '99999', 'soon', '-3', new Date(NOW - 5_000).toUTCString()].map((text) => retryAfter(text, NOW)),
    ).to.deep.equal([5_000, 90_000, 600_000, undefined, undefined, 0]);
    expect(retryAfter(undefined, NOW)).to.equal(undefined);
  });
});
