// `GET /pool/xmldbdump`: the whole database as text, except in mixed mode, when XAPI delivers a dummy that restores to nothing.
import type { XapiResponse } from '../../xenapi/transport';
import type { HostUuid } from '../world';
import { ApiError } from './apiError';
import type { Xapi } from './xapi';

const PATH = '/pool/xmldbdump';

/** As XAPI writes it: a manifest and the names of tables, no rows. */
const DUMMY = `<?xml version="1.0" encoding="UTF-8"?>
<database><manifest><pair key="schema_major_vsn" value="5"/><pair key="schema_minor_vsn" value="35"/><pair key="generation_count" value="0"/></manifest>${[
  'host',
  'pool',
  'VM',
  'VBD',
  'VDI',
  'SR',
  'PBD',
  'VIF',
  'PIF',
  'network',
]
  .map((table) => `<table name="${table}"/>`)
  .join('')}</database>
`;

/**
 * @param callerOf to whom what is done in a session is attributed
 * @param path     with the query, which names the session
 */
export function download(xapi: Xapi, host: HostUuid, callerOf: (session: string) => string, path: string): XapiResponse {
  const url = new URL(path, 'https://pool');
  if (url.pathname !== PATH) return plain(404, 'no such resource');
  const obstacle = xapi.agents.gate(host);
  if (obstacle !== undefined) return plain(500, obstacle.join(' '));
  const session = url.searchParams.get('session_id') ?? '';
  try {
    xapi.sessions.use(session);
  } catch (error) {
    if (error instanceof ApiError) return plain(401, 'Unauthorised');
    throw error;
  }
  const dummy = xapi.mixedMode.active;
  xapi.world.bus.emit({ kind: 'dumped', caller: callerOf(session), dummy });
  return { status: 200, contentType: 'text/xml', body: dummy ? DUMMY : xapi.settings.dumpDatabase(xapi.served.release) };
}

function plain(status: number, text: string): XapiResponse {
  return { status, contentType: 'text/html', body: `<html><body><h1>HTTP ${status}</h1>${text}</body></html>` };
}
