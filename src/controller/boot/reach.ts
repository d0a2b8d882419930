// Whether a host reaches what its installer will fetch: asked of the host itself, by its staging plugin, because what this operator reaches says nothing.
import { type Fact, known, unknown } from '../../foundation/fact';
import { foundByTestUrl } from '../../plan/checks/testUrl';
import type { Reach } from '../../upgrade/bootRecord';
import type { XapiClient } from '../../xenapi/client';
import { XapiError } from '../../xenapi/error';
import type { Ref } from '../../xenapi/records/records';
import { testUrl } from '../pool/stagingPlugin';

/** Of a host whose release has no such plugin, or whose plugin is too old to be asked. */
const CANNOT_TELL: ReadonlySet<string> = new Set([
  'XENAPI_MISSING_PLUGIN',
  'UNKNOWN_XENAPI_PLUGIN_FUNCTION',
  'UNKNOWN_XENAPI_PLUGIN',
]);
/** @param host undefined: the pool does not show it. @param url undefined: nothing is open for it yet */
export async function reachOf(
  client: Pick<XapiClient, 'call'>,
  host: Ref | undefined,
  url: string | undefined,
): Promise<Fact<Reach>> {
  if (host === undefined) return unknown('the pool does not show the host');
  if (url === undefined) return unknown('nothing is open for the host yet');
  try {
    const said = await testUrl(client, host, url);
    return known(said === 'true' ? { kind: 'Reached' } : { kind: 'Refused', why: `${foundByTestUrl(said)} (${said})` });
  } catch (error) {
    if (!(error instanceof XapiError)) throw error;
    return unasked(error);
  }
}

function unasked({ kind, code }: XapiError): Fact<Reach> {
  if (kind === 'ApiAge' || CANNOT_TELL.has(code)) return known({ kind: 'CannotTell' });
  return unknown(`the host could not be asked whether it reaches the boot server: ${kind} ${code}`);
}
