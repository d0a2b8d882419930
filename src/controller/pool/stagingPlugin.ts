// The staging plugin of a host, asked by XenAPI. It looks at what is asked from the host itself: what this operator reaches says nothing.
import { minutes } from '../../upgrade/time';
import type { XapiClient } from '../../xenapi/client';
import { XapiError } from '../../xenapi/error';
import type { Ref } from '../../xenapi/records/records';

type Client = Pick<XapiClient, 'call'>;

export const PLUGIN = 'prepare_host_upgrade.py';
/** The plugin goes over the network itself before it answers. */
const PATIENCE = { deadlineMs: minutes(2) };

/** @throws XapiError */
export function askPlugin(client: Client, host: Ref, fn: string, args: Readonly<Record<string, string>> = {}): Promise<string> {
  return client.call<string>('host.call_plugin', [host, PLUGIN, fn, args], PATIENCE);
}

/** `true`, or the code it refused with, which stands behind the plugin's own. @throws XapiError where it gave no such answer */
export async function testUrl(client: Client, host: Ref, url: string): Promise<string> {
  try {
    return await askPlugin(client, host, 'testUrl', { url });
  } catch (error) {
    const code = error instanceof XapiError && error.code === 'XENAPI_PLUGIN_FAILURE' ? error.params[2] : undefined;
    if (code === undefined) throw error;
    return code;
  }
}
