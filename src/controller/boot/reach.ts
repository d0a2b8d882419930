// Whether a host reaches what its installer will fetch: asked of the host itself, by its staging plugin, because what this operator reaches says nothing.
import { type Fact, known, unknown } from '../../foundation/fact';
import type { Reach } from '../../upgrade/bootRecord';
import { minutes } from '../../upgrade/time';
import type { XapiClient } from '../../xenapi/client';
import { XapiError } from '../../xenapi/error';
import type { Ref } from '../../xenapi/records/records';

const PLUGIN = 'prepare_host_upgrade.py';
/** The plugin goes over the network itself before it answers. */
const PATIENCE = { deadlineMs: minutes(2) };
/** Of a host whose release has no such plugin, or whose plugin is too old to be asked. */
const CANNOT_TELL: ReadonlySet<string> = new Set([
  'XENAPI_MISSING_PLUGIN',
  'UNKNOWN_XENAPI_PLUGIN_FUNCTION',
  'UNKNOWN_XENAPI_PLUGIN',
]);
/** By the codes of `testUrl` (xenserver.md 4.7). */
const WORDS: Readonly<Record<string, string>> = {
  INVALID_URL: 'there is no installer at the URL',
  INVALID_VER: 'it is an older release than the host runs',
  NOT_FOUND: 'the server finds nothing there',
  FORBIDDEN: 'the server forbids it',
  TIMEOUT: 'the server does not answer in time',
  REPO_IOERROR: 'the server could not be reached or broke off',
};

/** @param host undefined: the pool does not show it. @param url undefined: nothing is open for it yet */
export async function reachOf(
  client: Pick<XapiClient, 'call'>,
  host: Ref | undefined,
  url: string | undefined,
): Promise<Fact<Reach>> {
  if (host === undefined) return unknown('the pool does not show the host');
  if (url === undefined) return unknown('nothing is open for the host yet');
  try {
    const said = await client.call<string>('host.call_plugin', [host, PLUGIN, 'testUrl', { url }], PATIENCE);
    return known(said === 'true' ? { kind: 'Reached' } : { kind: 'Refused', why: `its plugin says ${said}` });
  } catch (error) {
    if (!(error instanceof XapiError)) throw error;
    return refusal(error);
  }
}

function refusal({ kind, code, params }: XapiError): Fact<Reach> {
  if (kind === 'ApiAge' || CANNOT_TELL.has(code)) return known({ kind: 'CannotTell' });
  const said = code === 'XENAPI_PLUGIN_FAILURE' ? params[2] : undefined;
  if (said === undefined) return unknown(`the host could not be asked whether it reaches the boot server: ${kind} ${code}`);
  return known({ kind: 'Refused', why: `${WORDS[said] ?? 'its plugin refused it'} (${said})` });
}
