// What there is to tell of an upgrade at a moment, in the words and numbers people are shown. Pure: a sight in, a model out; the table and the story are made
// of it.
import type { HostPhase, PoolUpgrade } from '../api/generated/poolUpgrade';
import { forecast } from './forecast';
import { elapsed, type Sight, type WorldView } from './sight';

type HostStatus = NonNullable<NonNullable<PoolUpgrade['status']>['hosts']>[number];

export interface HostRow {
  readonly name: string;
  readonly role: string;
  readonly phase: string;
  /** `8.2.1`, `8.2.1→8.3.0` while the installer is at it, `8.3.0`. */
  readonly version: string;
  /** On which side of the point of no return its installer is, as far as was seen of it: `before`, `past`, `unknown`; '' where none is at work. */
  readonly installer: string;
  /** VMs that run there; undefined until the world was seen. */
  readonly vms: number | undefined;
  /** 0 to 1. */
  readonly share: number;
  readonly inWork: boolean;
}

export interface Model {
  /** `made-pool: XCP-ng 8.2.1 → 8.3.0`. */
  readonly title: string;
  readonly phase: string;
  /** The status' own sentence. */
  readonly message: string;
  readonly trouble: boolean;
  readonly hosts: readonly HostRow[];
  readonly vms: number | undefined;
  /** 0 to 1. */
  readonly share: number;
  /** Milliseconds of the pool since the run began, and until the end as far as can be told. */
  readonly elapsed: number;
  readonly left: number | undefined;
  readonly pace: number;
  readonly event: string;
}

/** Phases from which the new release is there, and those in which it is being installed. */
const NEW: readonly HostPhase[] = ['Rejoining', 'Verifying', 'Restoring', 'Upgraded'];
const CHANGING: readonly HostPhase[] = ['Installing', 'AwaitingOperator'];
const TROUBLE: readonly string[] = ['Halted', 'Failed', 'Retrying', 'RestoringBackup', 'AwaitingOperator'];

export function modelOf(sight: Sight): Model {
  const { object, world, now, told } = sight;
  const { shares, share, left } = forecast(object, now);
  const hosts = (object?.status?.hosts ?? []).map((host) => rowOf(host, shares.get(host.uuid) ?? 0, runningOn(world, host.name)));
  return {
    title: titleOf(object),
    ...standing(object),
    hosts: hosts.length > 0 ? hosts : unplanned(world),
    vms: world?.domains.length,
    ...{ share, elapsed: elapsed(sight), left, pace: sight.pace },
    event: told === undefined ? '' : plain(`${told.reason}: ${told.note}`),
  };
}

function standing(object: PoolUpgrade | undefined): Pick<Model, 'phase' | 'message' | 'trouble'> {
  const { phase = 'Pending', message = '', stalled } = object?.status ?? {};
  return { phase, message: plain(withoutInstants(message)), trouble: stalled === true || isTrouble(phase) };
}

function runningOn(world: WorldView | undefined, host: string): number | undefined {
  return world?.domains.filter((domain) => domain.host === host).length;
}

/** Instants are the pool's, which runs ahead of ours: of no use to whoever looks on. */
export function withoutInstants(message: string): string {
  return message.replace(/ since \d{4}-\d\d-\d\dT[\d:.]+Z/g, '');
}

/** Before the status names hosts there are only machines. */
function unplanned(world: WorldView | undefined): readonly HostRow[] {
  return (world?.machines ?? []).map(({ name, system }) => ({
    ...{ name: plain(name), role: '', phase: '', version: system?.split(' ').at(-1) ?? '?' },
    ...{ installer: '', vms: runningOn(world, name), share: 0, inWork: false },
  }));
}

/** Without what would steer a terminal: names and messages come from the pool. */
export function plain(text: string): string {
  return [...text].map((sign) => (sign < ' ' || (sign >= '\u007f' && sign <= '\u009f') ? ' ' : sign)).join('');
}

export function isTrouble(phase: string): boolean {
  return TROUBLE.includes(phase);
}

function rowOf(host: HostStatus, share: number, vms: number | undefined): HostRow {
  const { name, role, phase, from, to } = host;
  const version = NEW.includes(phase) ? to : CHANGING.includes(phase) ? `${from}→${to}` : from;
  const installer = CHANGING.includes(phase) ? (host.installer?.side.toLowerCase() ?? '') : '';
  return { name: plain(name), role, phase, version, installer, vms, share, inWork: phase !== 'Pending' && phase !== 'Upgraded' };
}

function titleOf(object: PoolUpgrade | undefined): string {
  const { pool, plan } = object?.status ?? {};
  const name = plain(pool?.name ?? 'a pool');
  if (plan === undefined) return name;
  const { fromBrand, from, toBrand, to } = plan.hop;
  const path = plan.path ?? [
    { brand: fromBrand, version: from },
    { brand: toBrand, version: to },
  ];
  const way = path.map(({ brand, version }, index) => (brand === path[index - 1]?.brand ? version : `${brand} ${version}`));
  return `${name}: ${way.join(' → ')}`;
}
