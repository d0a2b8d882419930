// A simulated pool that real programs can talk to, put together: a paced clock, the world, its books, a server for each host, and the control.
import type { Clock } from '../../foundation/clock';
import { PacedClock } from '../../foundation/pacedClock';
import type { Random } from '../../foundation/random';
import { printDatabase } from '../../xenapi/database/printDatabase';
import { createBooks } from '../books/createBooks';
import { createWorld } from '../createWorld';
import { type LoadedPool, toDatabase } from '../dump';
import { armFaults, type FaultTargets, parseFault } from '../faults';
import type { LiveDatabase } from '../pool/liveDatabase';
import { knownReleases } from '../releases';
import type { Release } from '../world';
import { type Authority, createAuthority } from './certificates';
import { openControl } from './controlServer';
import { loopbackAddresses, moveTo } from './loopback';
import { openPoolServers } from './poolServers';
import type { Stage } from './stage';
import { Counting } from './tally';

export interface SimulationSettings {
  /** Its database is the simulation's from now on; its hosts are moved to loopback addresses. */
  readonly pool: LoadedPool;
  readonly random: Random;
  /** Password of `root` on all hosts. */
  readonly password: string;
  /** Real time. */
  readonly beneath: Clock;
  /** Virtual milliseconds a real one; 0 when time moves only by steps. */
  readonly pace: number;
  /** Wall time at the start, in milliseconds since the epoch. Default: what `beneath` shows. */
  readonly origin?: number;
  /** Address of the master; the others follow. */
  readonly listen: string;
  /** 0 for a free one. */
  readonly port: number;
  /** HTTP instead of HTTPS. */
  readonly plain: boolean;
  /** In the notation of `faults.ts`. */
  readonly faults: readonly string[];
  /** Told of errors that are none of the simulated world. */
  readonly onDefect: (error: unknown) => void;
}

export interface Simulation extends Stage {
  /** Origins of the hosts, the master's first. */
  readonly endpoints: readonly string[];
  /** Certificate of the authority that signed those of the hosts, in PEM; undefined for plain HTTP. */
  readonly authority: string | undefined;
  /** SHA-256 by origin; empty for plain HTTP. */
  fingerprints(): Readonly<Record<string, string>>;
  readonly controlUrl: string;
  /** Ends servers and clock. Nothing keeps the process alive after that. */
  close(): Promise<void>;
}

/** Where each published release can be installed from: `http://repository.invalid/XenServer/7.6.0/`. */
export function repositoryOf({ brand, version }: Release): string {
  return `http://repository.invalid/${brand}/${version}/`;
}

/**
 * Default of `failure.memberRetries`: the pool cannot see what a client allows itself.
 * Source: the PoolUpgrade resource; told in docs/simulator.md.
 */
const MEMBER_RETRIES = 2;

/** @throws AddressError, FaultError, or the socket's error when an address or the port is not to be had */
export async function startSimulation(settings: SimulationSettings): Promise<Simulation> {
  const { random, beneath, plain, port, onDefect } = settings;
  const pool = moveTo(settings.pool, loopbackAddresses(settings.listen, settings.pool.hosts.length));
  const { hosts } = pool;
  const stage = setStage(settings, pool);
  const authority: Authority | undefined = plain ? undefined : createAuthority(random, beneath.now());
  const opened: (() => void | Promise<void>)[] = [(): void => stage.clock.close()];
  const close = async (): Promise<void> => {
    for (const end of opened.splice(0).reverse()) await end();
  };
  try {
    const servers = await openPoolServers({ world: stage.world, hosts, port, authority, onDefect });
    opened.push(() => servers.close());
    const control = await openControl(stage, onDefect);
    opened.push(() => control.close());
    const originOf = (address: string): string => `${plain ? 'http' : 'https'}://${address}:${servers.port}`;
    return {
      ...stage,
      endpoints: hosts.map(({ address }) => originOf(address)),
      authority: authority?.certificate,
      fingerprints: () => Object.fromEntries([...servers.fingerprints()].map(([address, text]) => [originOf(address), text])),
      controlUrl: control.url,
      close,
    };
  } catch (error) {
    await close();
    throw error;
  }
}

function setStage(settings: SimulationSettings, pool: LoadedPool): Stage {
  const { beneath, pace, random, password, faults: wished } = settings;
  const clock = new PacedClock({ beneath, pace, ...(settings.origin === undefined ? {} : { origin: settings.origin }) });
  const faults = armFaults([], { hosts: [], vms: [] });
  faults.add(wished.map(parseFault), targetsOf(pool.database));
  const delivered: string[] = [];
  const dumpDatabase = (apiRelease: string): string => {
    const text = printDatabase(toDatabase(pool, apiRelease));
    delivered.splice(0, delivered.length, text);
    return text;
  };
  const repositories = new Map(knownReleases.map(({ release }) => [repositoryOf(release), release]));
  const world = createWorld({ clock, random, pool, password, repositories, faults, dumpDatabase });
  // Where a client keeps its backup no pool knows: the last one it was given counts as kept.
  const books = createBooks(world, { backups: () => delivered, memberRetries: MEMBER_RETRIES, goneOn: () => 0 });
  const counting = new Counting();
  world.bus.on((event) => counting.heard(event));
  return {
    clock,
    world,
    books,
    faults,
    counting,
    arm(specs): void {
      faults.add(specs.map(parseFault), targetsOf(pool.database));
      world.armFaults();
    },
  };
}

/** Whom faults can name now: the master first, then the members as the database has them. */
function targetsOf(database: LiveDatabase): FaultTargets {
  const master = [...database.records('pool').values()][0]?.['master'];
  const hosts = [...database.records('host')].map(([ref, { uuid, name_label: name }]) => ({
    uuid: String(uuid),
    name: String(name),
    role: ref === master ? ('master' as const) : ('member' as const),
  }));
  const vms = [...database.records('VM').values()].map(({ uuid, name_label: name }) => ({
    uuid: String(uuid),
    name: String(name),
  }));
  return { hosts: hosts.sort((a, b) => Number(b.role === 'master') - Number(a.role === 'master')), vms };
}
