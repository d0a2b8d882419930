// The flags of a pool that is kept: those of its first start stay its own. What is given again must agree, so that nobody believes to have changed what is not
// changed.
import { sha256 } from '../foundation/sha256';
import type { PoolShape } from '../simulator/dump';
import type { KeptWorld } from '../simulator/kept/worldFile';
import type { ServedBmc } from '../simulator/servers/settings';
import type { FirmwareMode } from '../simulator/world';

/** Undefined: not given. */
export interface GivenFlags {
  /** The dump's text. */
  readonly database: string | undefined;
  readonly hosts: number | undefined;
  readonly vms: number | undefined;
  readonly release: PoolShape['release'] | undefined;
  readonly seed: number | undefined;
  readonly pace: number | undefined;
  readonly listen: string | undefined;
  readonly port: number | undefined;
  readonly plain: boolean | undefined;
  readonly faults: readonly string[] | undefined;
  readonly bmcs: readonly ServedBmc[] | undefined;
  readonly firmware: FirmwareMode | undefined;
  readonly bootServer: string | null | undefined;
}

/** @returns the first flag that says otherwise than the world that is kept, in words */
export function contradiction(world: KeptWorld, given: GivenFlags): string | undefined {
  const kept = new Map(texts(flagsOf(world)));
  const wrong = texts(given).find(([flag, text]) => text !== undefined && text !== kept.get(flag));
  if (wrong === undefined) return undefined;
  const [flag, found] = wrong;
  return `${flag}: found ${found}, expected ${kept.get(flag) ?? 'none'}, as the pool began; leave the flag out, or choose another folder`;
}

function flagsOf({ flags, dump }: KeptWorld): GivenFlags {
  const { made, ...others } = flags;
  const shape = { hosts: made?.hosts, vms: made?.vms, release: made?.release };
  return { ...others, ...shape, database: made === null ? dump : undefined };
}

/** In the order in which the help lists them. */
function texts(flags: GivenFlags): readonly (readonly [flag: string, text: string | undefined])[] {
  const { database, release, faults, plain, bmcs, firmware, bootServer, ...others } = flags;
  const number = (name: keyof typeof others): readonly [string, string | undefined] => [`--${name}`, others[name]?.toString()];
  return [
    ['--database', database && `a dump of SHA-256 ${sha256(database).slice(0, 16)}…`],
    ...(['hosts', 'vms'] as const).map(number),
    ['--release', release && `${release.brand} ${release.version}`],
    ...(['seed', 'pace', 'listen', 'port'] as const).map(number),
    ['--fault', faults && (faults.join(' ') || 'none')],
    ...bootTexts({ bmcs, firmware, bootServer }),
    ['--plain', plain === undefined ? undefined : plain ? 'HTTP' : 'HTTPS'],
  ];
}

function bootTexts({
  bmcs,
  firmware,
  bootServer,
}: Pick<GivenFlags, 'bmcs' | 'firmware' | 'bootServer'>): readonly (readonly [flag: string, text: string | undefined])[] {
  return [
    ['--bmc', bmcs && (bmcs.map(({ host, profile }) => `${host}=${profile}`).join(' ') || 'none')],
    ['--firmware', firmware],
    ['--boot-server', bootServer === undefined ? undefined : (bootServer ?? 'none')],
  ];
}
