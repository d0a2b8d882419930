// What the hand of the simulated world can do while it is served: read the books and the world, arm faults, step time, and be the person in front of the
// machines. Requests and answers are plain values here; `controlServer.ts` puts them on HTTP.
import type { EndReport } from '../books/createBooks';
import { FaultError } from '../faults';
import { publishedFacts } from '../releases';
import type { Cause, Machine, Release } from '../world';
import { WorldEnded } from './intake';
import type { Stage } from './stage';

export interface ControlRequest {
  readonly method: string;
  /** Without the query. */
  readonly path: string;
  readonly body: string;
}

export interface ControlAnswer {
  readonly status: number;
  readonly value: object;
}

/** A request that cannot be done, in words for whoever sent it. */
class Refusal extends Error {
  constructor(
    readonly status: 400 | 404 | 409,
    message: string,
  ) {
    super(message);
  }
}

interface Route {
  readonly method: 'GET' | 'POST';
  /** Its one group, if any, is the object that is meant. */
  readonly path: RegExp;
  readonly says: string;
  /** Looks, or lets time pass. */
  readonly look?: (stage: Stage, body: string) => object | Promise<object>;
  /** Changes the world, at once. */
  readonly act?: (stage: Stage, object: string, body: string) => object;
}

const ROUTES: readonly Route[] = [
  { method: 'GET', path: /^\/books$/, says: '/books', look: readBooks },
  { method: 'GET', path: /^\/world$/, says: '/world', look: readWorld },
  { method: 'GET', path: /^\/tally$/, says: '/tally', look: ({ counting, intake }) => counting.tally(intake.heard) },
  { method: 'POST', path: /^\/end$/, says: '/end', act: (stage, _, body) => judgeEnd(stage, body) },
  { method: 'POST', path: /^\/step$/, says: '/step', look: step },
  { method: 'POST', path: /^\/faults$/, says: '/faults', act: (stage, _, body) => armFaults(stage, body) },
  { method: 'POST', path: /^\/guests\/([^/]+)\/stop$/, says: '/guests/UUID/stop', act: stopGuest },
  { method: 'POST', path: /^\/machines\/([^/]+)\/power$/, says: '/machines/NAME/power', act: switchPower },
  {
    method: 'POST',
    path: /^\/machines\/([^/]+)\/boot-installer$/,
    says: '/machines/NAME/boot-installer',
    act: bootInstaller,
  },
];

const OUTCOMES: readonly EndReport['outcome'][] = [
  'Succeeded',
  'Cancelled',
  'MasterOnOldVersion',
  'MasterUnknown',
  'Halted',
  'Failed',
  'Refused',
];
const BY_HAND: Cause = { by: 'person' };
/** Ten years: more is a slip of the pen. */
const MOST_SECONDS = 315_360_000;

/** Never rejects for what a client sent; what it throws is a defect. */
export async function control(stage: Stage, { method, path, body }: ControlRequest): Promise<ControlAnswer> {
  const route = ROUTES.find((one) => one.method === method && one.path.test(path));
  if (route === undefined) return refusalOf(unknownRoute(method, path));
  try {
    if (route.look === undefined) return await stage.intake.act(path, body, () => change(stage, path, body));
    return { status: 200, value: await route.look(stage, body) };
  } catch (error) {
    return refusalOf(error);
  }
}

/** What a recorded request changes. Throws only defects. */
export function change(stage: Stage, path: string, body: string): ControlAnswer {
  const route = ROUTES.find((one) => one.act !== undefined && one.path.test(path));
  try {
    if (route?.act === undefined) throw unknownRoute('POST', path);
    const object = decodeURIComponent(route.path.exec(path)?.[1] ?? '');
    return { status: 200, value: route.act(stage, object, body) };
  } catch (error) {
    return refusalOf(error);
  }
}

function refusalOf(error: unknown): ControlAnswer {
  if (error instanceof Refusal) return { status: error.status, value: { error: error.message } };
  if (error instanceof WorldEnded) return { status: 503, value: { error: error.message } };
  if (error instanceof FaultError || error instanceof URIError) return { status: 400, value: { error: error.message } };
  throw error;
}

function unknownRoute(method: string, path: string): Refusal {
  const known = ROUTES.map((route) => `${route.method} ${route.says}`).join(', ');
  return new Refusal(404, `found ${method} ${path}, expected one of ${known}`);
}

function readBooks({ books, clock }: Stage): object {
  return { elapsedSeconds: clock.monotonic() / 1_000, ...books.verdict(), destructiveEffects: books.destructiveEffects() };
}

/** What the run says of itself at its end is held against what is so; see `EndReport`. */
function judgeEnd(stage: Stage, body: string): object {
  const said = parse(body);
  const outcome = OUTCOMES.find((one) => one === said['outcome']);
  if (outcome === undefined)
    throw new Refusal(400, `found outcome ${JSON.stringify(said['outcome'])}, expected one of ${OUTCOMES.join(', ')}`);
  const debts = listIn<{ kind: string; object: string }>(said, 'debts', ['kind', 'object']);
  const differences = listIn<{ host: string; path: string }>(said, 'differences', ['host', 'path']);
  const notRestored = listIn<{ vm: string }>(said, 'notRestored', ['vm']).map(({ vm }) => vm);
  stage.books.judgeEnd({ outcome, debts, differences, notRestored });
  return readBooks(stage);
}

function readWorld({ clock, world, faults, bmcOrigins }: Stage): object {
  const nameOf = (host: string): string => world.machines.get(host)?.name ?? host;
  const vmName = (uuid: string): string => String(world.database.byUuid('VM', uuid)?.record['name_label'] ?? uuid);
  return {
    now: new Date(clock.now()).toISOString(),
    elapsedSeconds: clock.monotonic() / 1_000,
    machines: [...world.machines.values()].map((machine) => ({
      uuid: machine.uuid,
      name: machine.name,
      state: machine.state,
      agent: machine.agent,
      system: systemOf(machine),
      bmc: bmcOrigins.get(machine.uuid) ?? null,
    })),
    domains: [...world.domains.values()].map(({ vm, host, state }) => ({
      vm,
      name: vmName(vm),
      host: nameOf(host),
      state,
    })),
    idleFaults: faults.untouched().map((spec) => spec.text),
  };
}

/** `XenServer 6.2.0`, `broken` after half an installation, or null. */
function systemOf({ disk: { system } }: Machine): string | null {
  return system === null || system === 'broken' ? system : `${system.brand} ${system.version}`;
}

/** A fault a line, or JSON `{"fault": "…"}`. */
function armFaults(stage: Stage, body: string): object {
  const specs = body.trimStart().startsWith('{')
    ? [textIn(parse(body), 'fault', 'installer-fails@master')]
    : body.split('\n').flatMap((line) => (line.trim() === '' ? [] : [line.trim()]));
  if (specs.length === 0) throw new Refusal(400, 'found no fault, expected one a line, e.g. installer-fails@master');
  stage.arm(specs);
  return { armed: specs };
}

async function step(stage: Stage, body: string): Promise<object> {
  const { seconds } = parse(body);
  if (typeof seconds !== 'number' || !(seconds >= 0 && seconds <= MOST_SECONDS))
    throw new Refusal(400, `found seconds ${JSON.stringify(seconds)}, expected {"seconds": 3600}`);
  await stage.clock.step(seconds * 1_000);
  return { now: new Date(stage.clock.now()).toISOString(), elapsedSeconds: stage.clock.monotonic() / 1_000 };
}

function stopGuest({ world }: Stage, uuid: string): object {
  if (world.database.byUuid('VM', uuid) === undefined) {
    const running = [...world.domains.keys()].join(', ');
    throw new Refusal(404, `found no VM ${uuid}, expected one of those that run: ${running}`);
  }
  if (!world.domains.has(uuid)) throw new Refusal(409, `VM ${uuid} does not run`);
  world.guestStops(uuid);
  return { stopped: uuid };
}

function switchPower({ world }: Stage, name: string, body: string): object {
  const machine = machineOf(world.machines, name);
  const { on } = parse(body);
  if (typeof on !== 'boolean') throw new Refusal(400, `found on ${JSON.stringify(on)}, expected {"on": true} or {"on": false}`);
  if (on) world.links.powerOn(machine.uuid, BY_HAND);
  else world.powerOff(machine.uuid, BY_HAND);
  return { machine: machine.name, state: machine.state };
}

/** As the person of the rehearsal does it: never on a machine that still works. */
function bootInstaller({ world }: Stage, name: string, body: string): object {
  const machine = machineOf(world.machines, name);
  const target = releaseIn(textIn(parse(body), 'release', '8.2.1'));
  if (machine.state !== 'Off' && machine.state !== 'Dead')
    throw new Refusal(409, `${machine.name} is ${machine.state}: shut it down or switch it off first`);
  world.links.bootInstaller(machine.uuid, target, null, BY_HAND);
  return { machine: machine.name, state: machine.state, installer: `${target.brand} ${target.version}` };
}

function machineOf(machines: ReadonlyMap<string, Machine>, name: string): Machine {
  const found = machines.get(name) ?? [...machines.values()].find((machine) => machine.name === name);
  const names = [...machines.values()].map((machine) => machine.name).join(', ');
  if (found === undefined) throw new Refusal(404, `found no machine ${name}, expected one of ${names}`);
  return found;
}

/** `8.2.1` is XenServer's, `XCP-ng 8.2.1` the other brand's. */
function releaseIn(text: string): Release {
  const [, brand = 'XenServer', version = ''] = /^(?:(XCP-ng|XenServer) )?(\d+(?:\.\d+)+)$/.exec(text) ?? [];
  const facts = version === '' ? undefined : publishedFacts({ brand: brand as Release['brand'], version });
  if (facts === undefined) throw new Refusal(400, `found release ${text}, expected a published one, e.g. 8.2.1 or XCP-ng 8.2.1`);
  return facts.release;
}

function parse(body: string): Readonly<Record<string, unknown>> {
  let value: unknown;
  try {
    value = JSON.parse(body);
  } catch (error) {
    throw new Refusal(400, `the body is no JSON: ${String(error)}`);
  }
  if (typeof value !== 'object' || value === null) throw new Refusal(400, `found ${body}, expected a JSON object`);
  return value as Readonly<Record<string, unknown>>;
}

/** A list of objects that have texts under these keys; empty when it is left out. */
function listIn<T>(object: Readonly<Record<string, unknown>>, key: string, texts: readonly string[]): readonly T[] {
  const value = object[key] ?? [];
  const fits = (entry: unknown): boolean =>
    typeof entry === 'object' && entry !== null && texts.every((name) => typeof Reflect.get(entry, name) === 'string');
  if (!Array.isArray(value) || !value.every(fits))
    throw new Refusal(400, `found ${key} ${JSON.stringify(value)}, expected a list of objects with ${texts.join(' and ')}`);
  return value as readonly T[];
}

function textIn(object: Readonly<Record<string, unknown>>, key: string, example: string): string {
  const value = object[key];
  if (typeof value !== 'string')
    throw new Refusal(400, `found ${key} ${JSON.stringify(value)}, expected {"${key}": "${example}"}`);
  return value;
}
