// A simulated pool that real programs can talk to, put together: a paced clock, the world, its books, a server for each host, and the control. Where there is a
// record of an earlier process, the world first lives through that again, and goes on from there.
import type { Cancel, Clock } from '../../foundation/clock';
import type { Anchor, PacedClock } from '../../foundation/pacedClock';
import { systemRandom } from '../../foundation/systemRandom';
import type { LoadedPool, PoolHost } from '../dump';
import { isHappened, type IssuedCertificate } from '../kept/happening';
import type { HostUuid } from '../world';
import { type BmcPlace, openBmcServers } from './bmcServers';
import { type Authority, type Certificate, createAuthority } from './certificates';
import { change } from './control';
import { openControl } from './controlServer';
import { HostCertificates } from './hostCertificates';
import { loopbackAddresses, moveTo } from './loopback';
import { MIRROR_PATH } from './mirrorPages';
import { openPoolServers } from './poolServers';
import { type HeldStage, repositoryOf, setStage } from './setStage';
import type { PoolKeys, ServedBmc, SimulationSettings } from './settings';
import type { Stage } from './stage';
import { goOn } from './worldTime';

export type { PoolKeys, SimulationSettings, WorldRecord } from './settings';
export { repositoryOf };

export interface Simulation extends Stage {
  /** Origins of the hosts, the master's first. */
  readonly endpoints: readonly string[];
  /** Certificate of the authority that signed those of the hosts and BMCs, in PEM; undefined for plain HTTP without BMCs. */
  readonly authority: string | undefined;
  /** SHA-256 by origin; empty for plain HTTP. */
  fingerprints(): Readonly<Record<string, string>>;
  readonly controlUrl: string;
  /** Of the mirror of releases, with a slash at the end: `…XCP-ng/8.3.0.iso`, and the tree `…XCP-ng/8.3.0/`. */
  readonly mirrorUrl: string;
  /** By which another process can tell the pool's time until it is stepped; undefined where no anchor says it. */
  readonly anchor: Anchor | undefined;
  /** Ends servers and clock. Nothing keeps the process alive after that. */
  close(): Promise<void>;
}

/** @throws AddressError, FaultError, TimeError, KeptError, or the socket's error when an address or the port is not to be had */
export async function startSimulation(settings: SimulationSettings): Promise<Simulation> {
  const opened: (() => void | Promise<void>)[] = [];
  const close = async (): Promise<void> => {
    for (const end of opened.splice(0).reverse()) await end();
  };
  try {
    return { ...(await open(settings, (end) => void opened.push(end))), close };
  } catch (error) {
    await close();
    throw error;
  }
}

/** @param closing called with what ends each thing that was opened */
async function open(
  settings: SimulationSettings,
  closing: (end: () => void | Promise<void>) => void,
): Promise<Omit<Simulation, 'close'>> {
  const { onDefect } = settings;
  const control = settings.control ?? (await openControl(0, onDefect));
  closing(control.close);
  const { pool, places } = placed(settings);
  const { recorder, ...stage } = setStage(settings, pool, { mirror: control.url, bmcs: places });
  closing(() => stage.clock.close());
  // So that a record ends with the moment at which time stood.
  closing(() => stage.clock.step(0));
  const certificates = certify(settings, { ...stage, recorder }, pool.hosts);
  stage.showCertificates((host) => certificates.of(host)?.cert);
  const time = await repeat(settings, { ...stage, recorder });
  const told = settings.record?.entries.find((entry) => entry.kind === 'opened')?.port;
  const port = told ?? settings.port;
  const servers = await openPoolServers({ ...stage, hosts: pool.hosts, port, certificateOf: certificates.of, onDefect });
  closing(() => servers.close());
  const bmcs = await openBmcServers({ ...stage, places, port: servers.port, certificateOf: certificates.ofBmc, onDefect });
  closing(() => bmcs.close());
  for (const [host, origin] of bmcs.origins) stage.bmcOrigins.set(host, origin);
  if (told === undefined) recorder.keep({ kind: 'opened', port: servers.port });
  stage.clock.letGo(time.at, time.since);
  if (settings.record !== undefined && settings.pace > 0) closing(keepTime(settings.beneath, stage.clock));
  control.serve(stage);
  return {
    ...stage,
    ...forClients(settings, pool.hosts, servers.port, certificates),
    controlUrl: control.url,
    mirrorUrl: `${control.url}${MIRROR_PATH}`,
    anchor: time.anchor,
  };
}

/** What clients need to find and to trust the hosts. */
function forClients(
  { plain }: SimulationSettings,
  hosts: readonly PoolHost[],
  port: number,
  { authority, of }: Certified,
): Pick<Simulation, 'endpoints' | 'authority' | 'fingerprints'> {
  const originOf = ({ address }: PoolHost): string => `${plain ? 'http' : 'https'}://${address}:${port}`;
  return {
    endpoints: hosts.map(originOf),
    authority: authority?.certificate,
    fingerprints: () => Object.fromEntries(hosts.flatMap((host) => shown(originOf(host), of(host.uuid)))),
  };
}

/** The pool at loopback addresses, and after them its BMCs. @throws AddressError */
function placed({ pool, listen, bmcs = [] }: SimulationSettings): {
  readonly pool: LoadedPool;
  readonly places: readonly BmcPlace[];
} {
  const count = pool.hosts.length;
  const addresses = loopbackAddresses(listen, count + bmcs.length);
  return { pool: moveTo(pool, addresses.slice(0, count)), places: bmcPlaces(bmcs, pool.hosts, addresses.slice(count)) };
}

/** @throws Error for a BMC of a host that is none of the pool */
function bmcPlaces(bmcs: readonly ServedBmc[], hosts: readonly PoolHost[], addresses: readonly string[]): readonly BmcPlace[] {
  return bmcs.map((bmc, index) => {
    const found = hosts.find(({ uuid, name }) => uuid === bmc.host || name === bmc.host);
    if (found === undefined) throw new Error(`a BMC is set for ${bmc.host}, which is no host of the pool`);
    return { host: found.uuid, name: found.name, address: addresses[index]! };
  });
}

function shown(origin: string, certificate: Certificate | undefined): readonly (readonly [string, string])[] {
  return certificate === undefined ? [] : [[origin, certificate.fingerprint]];
}

function newKeys(beneath: Clock): PoolKeys {
  return { authority: createAuthority(systemRandom(), beneath.now()), hosts: new Map() };
}

interface Certified {
  /** Undefined where nothing shows a certificate. */
  readonly authority: Authority | undefined;
  readonly of: (host: HostUuid) => Certificate | undefined;
  /** @param address of a BMC */
  readonly ofBmc: (address: string) => Certificate;
}

function certify(settings: SimulationSettings, { world, recorder }: HeldStage, hosts: readonly PoolHost[]): Certified {
  const { plain, bmcs = [] } = settings;
  const nobody = (): never => {
    throw new Error('a BMC is served, and no authority was made for it');
  };
  if (plain && bmcs.length === 0) return { authority: undefined, of: () => undefined, ofBmc: nobody };
  const { authority, hosts: first } = settings.keys ?? newKeys(settings.beneath);
  const ofBmc = (address: string): Certificate => first.get(address) ?? authority.issue(address);
  if (plain) return { authority, of: () => undefined, ofBmc };
  const later = (settings.record?.entries ?? []).filter((entry) => entry.kind === 'certificate');
  const onIssued = (issued: IssuedCertificate): void => recorder.keep(issued);
  const certificates = new HostCertificates({ world, hosts, authority, first, later, onIssued });
  return { authority, of: (host) => certificates.of(host), ofBmc };
}

/** Real milliseconds: more of the pool's time than passes in them is not lost when the process is killed. */
const TIME_KEPT_EVERY = 1_000;

/** Has the time of a quiet pool recorded as well. */
function keepTime(beneath: Clock, clock: PacedClock): Cancel {
  const next = (): Cancel =>
    beneath.after(TIME_KEPT_EVERY, () => {
      void clock.step(0);
      cancel = next();
    });
  let cancel = next();
  return () => cancel();
}

/** Lives through what was recorded. @returns where time goes on */
async function repeat(settings: SimulationSettings, { recorder, ...stage }: HeldStage): Promise<GoingOn> {
  const happened = (settings.record?.entries ?? []).filter(isHappened);
  await stage.intake.repeat(happened, (path, body) => void change(stage, path, body));
  recorder.begin();
  stage.outside.begin();
  await stage.intake.disconnect();
  return catchUp(settings, stage.clock);
}

interface GoingOn {
  /** On the monotonic scale of the pool's time. */
  readonly at: number;
  /** On that of real time. */
  readonly since: number;
  readonly anchor: Anchor | undefined;
}

/** Brings the pool's time, which stands, to where it goes on. */
async function catchUp({ beneath, pace, paceFrom }: SimulationSettings, clock: PacedClock): Promise<GoingOn> {
  const since = beneath.monotonic();
  const { now, anchor } = goOn({ pace, from: paceFrom, stood: clock.now(), real: beneath.now() });
  const at = clock.monotonic() + (now - clock.now());
  await clock.moveTo(at);
  return { at, since, anchor };
}
