// Puts the world of a served pool together, with its clock, its books and the one door by which anything comes in. Its time stands until it is let go, so that
// it begins, and is repeated, at one moment whatever the machine under it does.
import { PacedClock } from '../../foundation/pacedClock';
import { printDatabase } from '../../xenapi/database/printDatabase';
import { createBooks } from '../books/createBooks';
import { type BmcSetting, createWorld, type WorldSettings } from '../createWorld';
import { type LoadedPool, toDatabase } from '../dump';
import { type ArmedFaults, armFaults, type FaultTargets, parseFault } from '../faults';
import { createMirror } from '../media/mirror';
import { joinNetworks } from '../network/hostNetwork';
import type { LiveDatabase } from '../pool/liveDatabase';
import { knownReleases } from '../releases';
import type { HostUuid, Release } from '../world';
import type { BmcPlace } from './bmcServers';
import { Intake } from './intake';
import { createLoopbackNetwork } from './loopbackNetwork';
import { mirroredAt } from './mirrorPages';
import { Outside } from './outside';
import { Recorder } from './recorder';
import { BMC_USER, type SimulationSettings } from './settings';
import type { Stage } from './stage';
import { Counting } from './tally';
import { beginning } from './worldTime';

/** Where each published release can be installed from: `http://repository.invalid/XenServer/7.6.0/`. */
export function repositoryOf({ brand, version }: Release): string {
  return `http://repository.invalid/${brand}/${version}/`;
}

/**
 * Default of `failure.memberRetries`: the pool cannot see what a client allows itself.
 * Source: the PoolUpgrade resource; told in docs/simulator.md.
 */
const MEMBER_RETRIES = 2;

export interface HeldStage extends Stage {
  readonly recorder: Recorder;
  readonly outside: Outside;
  readonly bmcOrigins: Map<HostUuid, string>;
  /** From now on hosts answer with the certificates they show. @param of PEM */
  showCertificates(of: (host: HostUuid) => string | undefined): void;
}

export interface Surroundings {
  /** Origin at which the mirror of releases is served. */
  readonly mirror: string;
  readonly bmcs: readonly BmcPlace[];
}

/** @throws FaultError */
export function setStage(settings: SimulationSettings, pool: LoadedPool, { mirror, bmcs }: Surroundings): HeldStage {
  const { beneath, pace, paceFrom, record, onDefect, onRecordLost } = settings;
  const origin = settings.origin ?? beginning(pace, paceFrom, beneath.now());
  const clock: PacedClock = new PacedClock({ beneath, pace, origin, held: true, advancing: (to) => recorder.passing(to) });
  const recorder: Recorder = new Recorder({
    now: () => clock.monotonic(),
    generation: () => pool.database.generation,
    ...(record === undefined ? {} : { append: (entry) => record.append(entry) }),
    onFailure(error): void {
      // Nothing may happen any more that the record does not tell.
      clock.close();
      onRecordLost?.(error);
    },
  });
  const faults = armFaults([], { hosts: [], vms: [] });
  faults.add(settings.faults.map(parseFault), targetsOf(pool.database));
  let certificateOf = (_: HostUuid): string | undefined => undefined;
  const outside = new Outside({ clock, recorder, network: createLoopbackNetwork(settings.beneath), onDefect });
  const { world, books } = inhabit(settings, pool, {
    ...{ clock, faults, certificateOf: (host) => certificateOf(host) },
    network: joinNetworks([createMirror(mirroredAt(mirror)), outside]),
    bmcs: bmcs.map((place) => settingOf(settings, place)),
  });
  if (record !== undefined) world.bus.on((event) => recorder.witness(JSON.stringify(event)));
  const counting = new Counting();
  world.bus.on((event) => counting.heard(event));
  return {
    clock,
    world,
    books,
    faults,
    counting,
    intake: new Intake({ clock, world, recorder, outside, onDefect }),
    recorder,
    outside,
    bmcOrigins: new Map(),
    showCertificates(of): void {
      certificateOf = of;
    },
    arm(specs): void {
      faults.add(specs.map(parseFault), targetsOf(pool.database));
      world.armFaults();
    },
  };
}

function inhabit(
  { random, password, firmware = 'BIOS', bootServer }: SimulationSettings,
  pool: LoadedPool,
  parts: Pick<WorldSettings, 'certificateOf' | 'network' | 'bmcs'> & { readonly clock: PacedClock; readonly faults: ArmedFaults },
): Pick<Stage, 'world' | 'books'> {
  const delivered: string[] = [];
  const dumpDatabase = (apiRelease: string): string => {
    const text = printDatabase(toDatabase(pool, apiRelease));
    delivered.splice(0, delivered.length, text);
    return text;
  };
  const repositories = new Map(knownReleases.map(({ release }) => [repositoryOf(release), release]));
  const pxe = bootServer === undefined ? {} : { pxe: bootServer };
  const world = createWorld({ ...parts, ...pxe, random, pool, password, repositories, dumpDatabase, firmware });
  // Where a client keeps its backup no pool knows: the last one it was given counts as kept.
  return { world, books: createBooks(world, { backups: () => delivered, memberRetries: MEMBER_RETRIES, goneOn: () => 0 }) };
}

function settingOf({ password, bmcs = [] }: SimulationSettings, { host, name, address }: BmcPlace): BmcSetting {
  const profile = bmcs.find((one) => one.host === host || one.host === name)!.profile;
  return { host, origin: `https://${address}`, profile, credentials: { username: BMC_USER, password } };
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
