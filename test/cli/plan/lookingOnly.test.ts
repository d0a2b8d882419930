import { expect } from 'chai';
import { isQuestion, lookingOnly } from '../../../src/cli/plan/lookingOnly';
import { jsonCodec } from '../../../src/xenapi/codec/json';
import { xmlCodec } from '../../../src/xenapi/codec/xml';
import type { ClosableTransport } from '../../../src/xenapi/transport';

const PLUGIN = 'prepare_host_upgrade.py';

describe('a wire on which nothing can be changed', () => {
  const sent: string[] = [];
  const refused: string[] = [];
  const open: ClosableTransport = {
    post: (_host, _path, body) => {
      sent.push(body);
      return Promise.resolve({ status: 200, contentType: '', body: '' });
    },
    get: () => Promise.resolve({ status: 200, contentType: '', body: '' }),
    close: () => undefined,
  };
  const wire = lookingOnly(open, (method) => void refused.push(method));
  beforeEach(() => {
    sent.length = 0;
    refused.length = 0;
  });

  for (const codec of [jsonCodec, xmlCodec]) {
    const post = (method: string, params: readonly unknown[]): Promise<unknown> =>
      wire.post('https://xs-01', codec.path, codec.encodeCall(method, params), new AbortController().signal);

    it(`lets questions pass, as ${codec.path}`, async () => {
      await post('VM.get_all_records', ['session']);
      await post('event.from', ['session', ['*'], '', 30.5]);
      await post('session.login_with_password', ['root', 'main', '1.0', 'xenpool']);
      await post('host.call_plugin', ['session', 'host', PLUGIN, 'testSafe2Upgrade', {}]);
      await post('Async.host.call_plugin', ['session', 'host', PLUGIN, 'testUrl', { url: 'http://repository' }]);
      expect([sent.length, refused]).to.deep.equal([5, []]);
    });

    it(`keeps everything else here, as ${codec.path}`, async () => {
      const calls: readonly (readonly [string, readonly unknown[]])[] = [
        ['pool.add_to_other_config', ['session', 'pool', 'xenpool.dev/claim', 'x']],
        ['Async.VM.pool_migrate', ['session', 'vm', 'host', {}]],
        ['host.call_plugin', ['session', 'host', PLUGIN, 'main', { url: 'http://repository' }]],
        ['host.call_plugin', ['session', 'host', PLUGIN, 'somethingElse', {}]],
        ['host.reboot', ['session', 'host']],
      ];
      for (const [method, params] of calls)
        expect(await post(method, params).then(() => '', String), method).to.contain(`${method} was not sent`);
      expect(sent).to.deep.equal([]);
      expect(refused).to.deep.equal(calls.map(([method]) => method));
    });
  }

  it('takes no call that it does not understand for a question', () => {
    expect(isQuestion('', 'rubbish')).to.equal(false);
  });
});
