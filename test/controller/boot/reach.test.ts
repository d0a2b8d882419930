import { expect } from 'chai';
import { reachOf } from '../../../src/controller/boot/reach';
import type { XapiClient } from '../../../src/xenapi/client';
import { refusal, type XapiError } from '../../../src/xenapi/error';

const URL_OF = 'http://boot.example:8081/repository/k1.abc/';
type Calls = unknown[][];

/** A pool that says one thing. */
function pool(said: string | Error, calls: Calls = []): Pick<XapiClient, 'call'> {
  const call = (...asked: unknown[]): Promise<unknown> => {
    calls.push(asked);
    return said instanceof Error ? Promise.reject(said) : Promise.resolve(said);
  };
  return { call } as unknown as Pick<XapiClient, 'call'>;
}
const failure = (code: string, ...params: string[]): XapiError =>
  refusal('https://xs-01.example', 'host.call_plugin', { code, params }, []);

describe('whether a host reaches the boot server', () => {
  it('is asked of the host itself, with the very URL of its tree', async () => {
    const calls: Calls = [];
    expect(await reachOf(pool('true', calls), 'OpaqueRef:h', URL_OF)).to.deep.include({ value: { kind: 'Reached' } });
    const [[method, params]] = calls as [[string, unknown[]]];
    expect(method).to.equal('host.call_plugin');
    expect(params).to.deep.equal(['OpaqueRef:h', 'prepare_host_upgrade.py', 'testUrl', { url: URL_OF }]);
  });

  it('is not known, and nobody asked, where there is no host or no URL', async () => {
    const calls: Calls = [];
    expect((await reachOf(pool('true', calls), undefined, URL_OF)).known).to.equal(false);
    expect((await reachOf(pool('true', calls), 'OpaqueRef:h', undefined)).known).to.equal(false);
    expect(calls).to.deep.equal([]);
  });

  it('is no, in words, where its plugin says so', async () => {
    const why = async (said: string | Error): Promise<unknown> => await reachOf(pool(said), 'OpaqueRef:h', URL_OF);
    expect(await why(failure('XENAPI_PLUGIN_FAILURE', 'testUrl', 'Exception', 'TIMEOUT'))).to.deep.include({
      value: { kind: 'Refused', why: 'the server does not answer in time (TIMEOUT)' },
    });
    expect(await why(failure('XENAPI_PLUGIN_FAILURE', 'testUrl', 'Exception', 'NEWS'))).to.deep.include({
      value: { kind: 'Refused', why: 'its plugin refused it (NEWS)' },
    });
    expect(await why('false')).to.deep.include({ value: { kind: 'Refused', why: 'its plugin refused it (false)' } });
  });

  it('cannot be told by a release without such a plugin', async () => {
    for (const code of ['XENAPI_MISSING_PLUGIN', 'UNKNOWN_XENAPI_PLUGIN_FUNCTION'])
      expect(await reachOf(pool(failure(code, 'x')), 'OpaqueRef:h', URL_OF), code).to.deep.include({
        value: { kind: 'CannotTell' },
      });
  });

  it('is not known where the host could not be asked, and no error of ours is hidden', async () => {
    const fact = await reachOf(pool(failure('HOST_OFFLINE', 'OpaqueRef:h')), 'OpaqueRef:h', URL_OF);
    expect(fact).to.deep.include({ known: false });
    const error = await reachOf(pool(new TypeError('ours')), 'OpaqueRef:h', URL_OF).catch((caught: Error) => caught);
    expect(error).to.be.instanceOf(TypeError);
  });
});
