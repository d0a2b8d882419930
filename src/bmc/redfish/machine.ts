// From the service root to the one machine that is meant, its manager and its dialect, by links alone (bmc.md 1.1, 1.5). A BMC may have several systems: which
// one is meant is then for a person to say.
import { BmcError } from '../bmc';
import { type Dialect, dialectOf, type Said } from './dialects';
import { at, entriesOf, listOf, parseThing, textOf, textsOf, type Thing } from './json';
import type { Call, Line } from './line';
import type { Entrance } from './login';
import { linkAt, samePlace } from './places';
import { errorOf, refusalOf } from './refusal';
import { redirected, type Resource, type Wire } from './wire';

const ROOT = '/redfish/v1/';
/** Pages of a collection that are turned. */
const MOST_PAGES = 16;

export interface Machine {
  readonly root: Thing;
  /** Path of the system. */
  readonly system: string;
  /** The BMC's own resource; undefined where it cannot be told. */
  readonly manager: Resource | undefined;
  readonly said: Said;
  readonly dialect: Dialect;
}

/** The service root, which needs no login. @throws BmcError */
export async function readRoot(line: Line, call: Call): Promise<Thing> {
  let path = ROOT;
  for (let hop = 0; ; hop++) {
    const heard = await line.send({ method: 'GET', path }, call);
    if (heard.kind === 'lost') {
      if (hop >= 3) throw new BmcError('Transient', call.verb, `${call.verb}: ${heard.failure.message}`, 'NoAnswer');
      await line.pause(hop, call);
      continue;
    }
    const { response } = heard;
    if (response.status >= 300 && response.status < 400) {
      path = redirected(line.parts.origin, path, response, hop, call);
      continue;
    }
    if (response.status < 300) return asRoot(response.body, call);
    const refusal = refusalOf(response, line.parts.clock.now(), []);
    if (refusal.advice !== 'again' || hop >= 3) throw errorOf(refusal, call.verb, `for ${path}`);
    await line.pause(hop, call, refusal.retryAfterMs);
  }
}

function asRoot(body: string, { verb }: Call): Thing {
  const root = parseThing(body);
  if (root !== undefined && at(root, 'Systems') !== undefined) return root;
  const message = `${verb}: what answers at ${ROOT} is no Redfish service with systems; check the address`;
  throw new BmcError('Fatal', verb, message, root === undefined ? 'NotJson' : 'NotRedfish');
}

export function entranceOf(origin: string, root: Thing): Entrance {
  return {
    sessions: linkAt(origin, root, 'Links', 'Sessions') ?? sessionsOf(linkAt(origin, root, 'SessionService')),
    oem: dialectOf(saidByRoot(root)).prefers.loginOem,
  };
}

/** The service itself may be read with a login only; below it stands the collection, by the standard. */
function sessionsOf(service: string | undefined): string | undefined {
  return service === undefined ? undefined : `${service.replace(/\/$/, '')}/Sessions`;
}

function saidByRoot(root: Thing): Said {
  return {
    vendor: textOf(at(root, 'Vendor')),
    product: textOf(at(root, 'Product')),
    oem: entriesOf(at(root, 'Oem')).map(([name]) => name),
    manufacturer: '',
    model: '',
    managerModel: '',
    firmware: '',
  };
}

/** @param wanted path or id of the system; empty: the only one. @throws BmcError */
export async function findMachine(wire: Wire, root: Thing, wanted: string, call: Call): Promise<Machine> {
  const system = await wire.get(await systemPath(wire, root, wanted, call), call);
  const manager = await findManager(wire, root, system, call);
  const said: Said = {
    ...saidByRoot(root),
    manufacturer: textOf(at(system.body, 'Manufacturer')),
    model: textOf(at(system.body, 'Model')),
    managerModel: textOf(at(manager?.body, 'Model')),
    firmware: textOf(at(manager?.body, 'FirmwareVersion')),
  };
  return { root, system: system.path, manager, said, dialect: dialectOf(said) };
}

async function systemPath(wire: Wire, root: Thing, wanted: string, call: Call): Promise<string> {
  const collection = linkAt(wire.origin, root, 'Systems');
  const systems = collection === undefined ? [] : await members(wire, collection, call);
  const listed = systems.length === 0 ? 'none' : systems.join(', ');
  const { verb } = call;
  if (wanted === '') {
    if (systems.length === 1) return systems[0]!;
    if (systems.length === 0)
      throw new BmcError('Transient', verb, `${verb}: the BMC lists no system; it may still be starting`, 'NoSystems');
    const message = `${verb}: the BMC has ${systems.length} systems, and the address names none of them: ${listed}; write which one is meant`;
    throw new BmcError('Fatal', verb, message, 'SeveralSystems');
  }
  const found = systems.find((path) => samePlace(path, wanted));
  if (found !== undefined) return found;
  const message = `${verb}: the address names ${wanted}, which is no system of this BMC; it has: ${listed}`;
  throw new BmcError('Fatal', verb, message, 'NotASystem');
}

/** Paths of all members, page after page. */
export async function members(wire: Wire, collection: string, call: Call): Promise<readonly string[]> {
  const paths: string[] = [];
  let page: string | undefined = collection;
  for (let turned = 0; page !== undefined && turned < MOST_PAGES; turned++) {
    const { body }: Resource = await wire.get(page, call);
    for (const member of listOf(at(body, 'Members'))) {
      const path = linkAt(wire.origin, member);
      if (path !== undefined && !paths.some((known) => samePlace(known, path))) paths.push(path);
    }
    page = linkAt(wire.origin, { next: { '@odata.id': at(body, 'Members@odata.nextLink') } }, 'next');
  }
  return paths;
}

/** By the system's own link, under either of its names; else the only BMC among the managers. */
async function findManager(wire: Wire, root: Thing, { body }: Resource, call: Call): Promise<Resource | undefined> {
  for (const name of ['ManagedBy', 'Managers']) {
    const path = linkAt(wire.origin, listOf(at(body, 'Links', name))[0]);
    const found = path === undefined ? undefined : await wire.find(path, call);
    if (found !== undefined) return found;
  }
  const collection = linkAt(wire.origin, root, 'Managers');
  if (collection === undefined) return undefined;
  const managers: Resource[] = [];
  for (const path of await members(wire, collection, call)) managers.push(await wire.get(path, call));
  const bmcs = managers.filter(({ body: manager }) => textOf(at(manager, 'ManagerType')) === 'BMC');
  return bmcs.length === 1 ? bmcs[0] : undefined;
}

/** Values a property may have, where it says so. */
export function allowed(value: Thing, property: string): readonly string[] {
  return textsOf(at(value, `${property}@Redfish.AllowableValues`));
}
