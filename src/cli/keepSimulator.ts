// What `--data` adds to a served pool: a folder that keeps it, so that another process can take it up where this one ends, however that ends.
import { randomBytes } from 'node:crypto';
import { rmSync } from 'node:fs';
import type { Clock } from '../foundation/clock';
import { systemRandom } from '../foundation/systemRandom';
import type { LoadedPool, PoolShape } from '../simulator/dump';
import { type Journal, MOST_JOURNAL_BYTES, openJournal } from '../simulator/kept/journalFile';
import { KeptError } from '../simulator/kept/keptError';
import { type KeptWorld, type WorldFlags, type WorldFolder, writeWorld } from '../simulator/kept/worldFile';
import { type Certificate, certificateOf, createAuthority, sameAuthority } from '../simulator/servers/certificates';
import { type ControlServer, openControl } from '../simulator/servers/controlServer';
import { loopbackAddresses } from '../simulator/servers/loopback';
import type { PoolKeys, SimulationSettings } from '../simulator/servers/simulation';
import { beginning } from '../simulator/servers/worldTime';
import type { ServeFlags } from './serveFlags';

/** The folder of `--data`, and what its world is, or is to be, made of. */
export interface DataFolder {
  readonly path: string;
  /** Undefined: the world begins with this process. */
  readonly found: WorldFolder | undefined;
  /** The pool as a dump. */
  readonly dump: string;
  /** Null when the pool came from a dump. */
  readonly made: PoolShape | null;
}

export interface Keeping {
  readonly password: string;
  /** Where the certificate of the authority goes. */
  readonly caFile: string;
  readonly settings: Pick<SimulationSettings, 'origin' | 'control' | 'record' | 'keys'>;
  close(): void;
  /** The pool could not be started: what was begun for it is taken back. */
  abandon(): Promise<void>;
}

export interface Surroundings {
  readonly beneath: Clock;
  readonly say: (text: string) => void;
  readonly onDefect: (error: unknown) => void;
}

/** From the system's chance: 144 bits. */
export function newPassword(): string {
  return randomBytes(18).toString('base64url');
}

/**
 * Opens the folder, or begins it.
 * @throws KeptError; AddressError and sockets' errors of a world that begins
 */
export async function openKeeping(data: DataFolder, pool: LoadedPool, flags: ServeFlags, around: Surroundings): Promise<Keeping> {
  const control = await openControlOf(data.found, around.onDefect);
  let begun: WorldFolder | undefined;
  try {
    if (data.found === undefined) begun = writeWorld(data.path, newWorld(data, pool, flags, control.port, around.beneath));
    const folder = data.found ?? begun!;
    const onFull = (): void =>
      around.say(
        `--data ${data.path}: the journal has come to its bound of ${MOST_JOURNAL_BYTES} bytes: the pool goes on, but ends with this process`,
      );
    return keep(
      folder,
      control,
      openJournal({ file: folder.journalFile, digest: folder.digest, onFull }),
      begun !== undefined,
      around,
    );
  } catch (error) {
    await control.close();
    if (begun !== undefined) takeBack(begun);
    throw error;
  }
}

/** Its port is taken for as long as a process lives that serves the folder, and not longer. */
async function openControlOf(found: WorldFolder | undefined, onDefect: (error: unknown) => void): Promise<ControlServer> {
  try {
    return await openControl(found?.world.controlPort ?? 0, onDefect);
  } catch (error) {
    const taken = error instanceof Error && 'code' in error && error.code === 'EADDRINUSE';
    if (!taken || found === undefined) throw error;
    const what = `port ${found.world.controlPort} of its control is taken`;
    throw new KeptError('InUse', `${what}: another process serves this pool; end that one, or choose another folder`, error);
  }
}

function newWorld(
  { dump, made }: DataFolder,
  pool: LoadedPool,
  flags: ServeFlags,
  controlPort: number,
  beneath: Clock,
): KeptWorld {
  const { paceFrom, ...kept } = flags;
  const { pace, listen, plain, bmcs } = flags;
  const worldFlags: WorldFlags = { ...kept, made };
  const origin = beginning(pace, paceFrom, beneath.now());
  const addresses = loopbackAddresses(listen, pool.hosts.length + bmcs.length);
  return {
    flags: worldFlags,
    origin,
    password: newPassword(),
    controlPort,
    keys: plain && bmcs.length === 0 ? null : newKeys(addresses, beneath),
    dump,
  };
}

function newKeys(addresses: readonly string[], beneath: Clock): NonNullable<KeptWorld['keys']> {
  const authority = createAuthority(systemRandom(), beneath.now());
  const hosts = addresses.map((address) => {
    const { key, cert } = authority.issue(address);
    return [address, { key, cert }] as const;
  });
  return { authority: { key: authority.key, cert: authority.certificate }, hosts: Object.fromEntries(hosts) };
}

function keep(folder: WorldFolder, control: ControlServer, journal: Journal, begun: boolean, { beneath }: Surroundings): Keeping {
  const { origin, password, keys } = folder.world;
  return {
    password,
    caFile: folder.caFile,
    settings: { origin, control, record: journal, ...(keys === null ? {} : { keys: poolKeys(keys, beneath) }) },
    close: () => journal.close(),
    async abandon(): Promise<void> {
      await control.close();
      journal.close();
      if (begun) takeBack(folder);
    },
  };
}

function poolKeys({ authority, hosts }: NonNullable<KeptWorld['keys']>, beneath: Clock): PoolKeys {
  const certificates = Object.entries(hosts).map(([address, pair]): readonly [string, Certificate] => [
    address,
    certificateOf(pair),
  ]);
  return { authority: sameAuthority(authority, systemRandom(), beneath.now()), hosts: new Map(certificates) };
}

function takeBack({ worldFile, journalFile }: WorldFolder): void {
  for (const file of [journalFile, worldFile]) rmSync(file, { force: true });
}
