import { expect } from 'chai';
import { VirtualClock } from '../../src/foundation/virtualClock';
import { classOf, observedTransport, type XapiCall } from '../../src/xenapi/observedTransport';
import { type ClosableTransport, TransportFailure } from '../../src/xenapi/transport';

const xml = (method: string): string =>
  `<?xml version="1.0"?><methodCall><methodName>${method}</methodName><params/></methodCall>`;
const json = (method: string): string => JSON.stringify({ jsonrpc: '2.0', id: 1, method, params: ['OpaqueRef:x'] });

describe('the class of a call', () => {
  for (const [method, cls] of [
    ['session.login_with_password', 'session'],
    ['event.from', 'events'],
    ['VM.get_all_records', 'read'],
    ['host.get_servertime', 'read'],
    ['task.get_status', 'task'],
    ['Async.VM.pool_migrate', 'act'],
    ['host.disable', 'act'],
  ] as const)
    it(`${method} is ${cls}, in JSON and in XML`, () => {
      expect([classOf(json(method)), classOf(xml(method))]).to.deep.equal([cls, cls]);
    });
});

describe('an observed transport', () => {
  it('tells of answers and of failures, and passes both on', async () => {
    const clock = new VirtualClock(0);
    const calls: XapiCall[] = [];
    const broken = new TransportFailure('Reset', 'https://a', 'it broke');
    const beneath = {
      post: (_host: string, _path: string, body: string) =>
        body.includes('host.disable') ? Promise.reject(broken) : Promise.resolve({ status: 200 }),
      get: () => Promise.resolve({ status: 200 }),
      close: () => undefined,
    } as unknown as ClosableTransport;
    const transport = observedTransport(beneath, clock, (call) => calls.push(call));
    const { signal } = new AbortController();
    expect((await transport.post('https://a', '/', json('event.from'), signal)).status).to.equal(200);
    expect(await transport.post('https://a', '/', json('host.disable'), signal).catch((error: unknown) => error)).to.equal(
      broken,
    );
    await transport.get('https://a', '/pool/xmldbdump', signal);
    expect(calls.map(({ class: cls, outcome }) => `${cls} ${outcome}`)).to.deep.equal([
      'events answered',
      'act Reset',
      'dump answered',
    ]);
    expect(transport.trust).to.equal(undefined);
  });
});
