// `PUT /pool/xmldbdump`: a dump takes the place of the database, as `xe pool-restore-database` asks for. First everything is checked, and with `dry_run=true`
// that is all. Then the host is the master of a pool of one and reboots; the others are unknown to it until they join again. One thing is not so: a real
// master takes the uuid of its own installation, a simulated machine keeps the one it has.
import type { XapiResponse } from '../../xenapi/transport';
import type { HostUuid } from '../world';
import { ApiError } from './apiError';
import type { LiveDatabase, Ref } from './liveDatabase';
import { keepOnly } from './poolOfOne';
import { flag, refOf, text } from './recordFields';
import type { RestorableDump, Xapi } from './xapi';

/** XAPI keeps these in memory only: they are not of the dump. */
const NOT_KEPT: ReadonlySet<string> = new Set(['session', 'task', 'event']);

/**
 * @param callerOf to whom what is done in a session is attributed
 * @param path     with the query: session_id, dry_run
 */
export function upload(
  xapi: Xapi,
  host: HostUuid,
  callerOf: (session: string) => string,
  { path, body }: { readonly path: string; readonly body: string },
): XapiResponse {
  const query = new URL(path, 'https://pool').searchParams;
  const session = query.get('session_id') ?? '';
  const obstacle = xapi.agents.gate(host);
  if (obstacle !== undefined) return answer(500, obstacle.join(' '));
  try {
    xapi.sessions.use(session);
  } catch (error) {
    if (error instanceof ApiError) return answer(401, 'Unauthorised');
    throw error;
  }
  const dump = xapi.settings.readDump(body);
  if (typeof dump === 'string') return answer(500, dump);
  const refusal = refusalOf(xapi, dump);
  if (refusal !== undefined) return answer(500, refusal.join(' '));
  if (query.get('dry_run') !== 'true') restore(xapi, host, dump.database, callerOf(session));
  return { status: 200, contentType: 'text/plain', body: '' };
}

function refusalOf(xapi: Xapi, { schema, database }: RestorableDump): readonly string[] | undefined {
  if (schema !== xapi.settings.schemaNow(xapi.served.release)) return ['RESTORE_INCOMPATIBLE_VERSION'];
  const here = cards(xapi.database, xapi.hosts.masterRef());
  const there = cards(database, masterOf(database));
  const management = here.find(({ managed }) => managed)?.device;
  if (management !== undefined && !there.some(({ device }) => device === management))
    return ['RESTORE_TARGET_MGMT_IF_NOT_IN_BACKUP'];
  const missing = there.find(({ device }) => !here.some((card) => card.device === device));
  return missing === undefined ? undefined : ['RESTORE_TARGET_MISSING_DEVICE', missing.device];
}

/** Physical cards by device name. */
function cards(database: LiveDatabase, host: Ref): readonly { readonly device: string; readonly managed: boolean }[] {
  return [...database.records('PIF').values()]
    .filter((pif) => refOf(pif, 'host') === host && pif['physical'] !== false)
    .map((pif) => ({ device: text(pif, 'device'), managed: flag(pif, 'management') }));
}

function masterOf(database: LiveDatabase): Ref {
  const [pool] = [...database.records('pool').values()];
  return pool === undefined ? '' : refOf(pool, 'master');
}

function restore(xapi: Xapi, host: HostUuid, dump: LiveDatabase, caller: string): void {
  const { world, database, startup } = xapi;
  replace(database, dump);
  startup.partWith(keepOnly(database, masterOf(database)));
  for (const [vm, domain] of [...world.domains])
    if (domain.host === host && database.byUuid('VM', vm) === undefined) world.domains.delete(vm);
  const cause = { by: 'call', caller } as const;
  world.bus.emit({ kind: 'pool', change: 'database-restored', cause });
  world.links.leave(host, 'reboot', cause);
}

function replace(database: LiveDatabase, dump: LiveDatabase): void {
  const tables = [...new Set([...database.tableNames(), ...dump.tableNames()])].filter((table) => !NOT_KEPT.has(table));
  for (const table of tables) for (const ref of [...database.records(table).keys()]) database.remove(table, ref);
  for (const table of tables) for (const [ref, record] of dump.records(table)) database.create(table, ref, record);
}

function answer(status: number, text: string): XapiResponse {
  return { status, contentType: 'text/html', body: `<html><body><h1>HTTP ${status}</h1>${text}</body></html>` };
}
