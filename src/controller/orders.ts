// From the API's spec to the heart's orders: durations in milliseconds, lists where the API may leave them out.
import { IANAZone } from 'luxon';
import { LONGEST, readDuration } from '../api/durations';
import { ANNOTATIONS } from '../api/poolUpgrade';
import type { PoolUpgrade, PoolUpgradeSpec, VmRule } from '../api/generated/poolUpgrade';
import { sha256 } from '../foundation/sha256';
import type { Window } from '../plan/window';
import { VERBS } from '../upgrade/pool/verbs';
import type { Deadlines, GuestRule, Orders } from '../upgrade/orders';
import { basisOf, unfitness } from './fitness';

/** In characters, as `status.handled` can hold. */
const LONGEST_NONCE = 64;

/**
 * What of a manifest cannot be followed is said in `unfit`. The other fields then hold what does no harm to a host that is already in work: deadlines that
 * cannot be read do not end, and no plug is pulled.
 */
export function ordersOf(object: PoolUpgrade, volumes?: string): Orders {
  const { spec, metadata } = object;
  const annotated = metadata.annotations?.[ANNOTATIONS.approve];
  return {
    poolUuid: spec.pool.uuid,
    target: { brand: spec.target.brand, version: spec.target.version },
    path: spec.path,
    repositories: (spec.releases ?? []).flatMap(({ brand, version, repository }) =>
      repository === undefined ? [] : [{ brand, version, url: repository.url }],
    ),
    isos: (spec.releases ?? []).flatMap(({ brand, version, iso }) => (iso === undefined ? [] : [{ brand, version }])),
    bootMethod: spec.boot.method,
    firmware: spec.boot.firmware,
    hosts: (spec.hosts ?? []).map((host) => ({
      name: host.name,
      bootMethod: host.boot?.method,
      bmc: host.bmc !== undefined,
      ...(host.bmc?.address.startsWith('ipmi://') === true ? { ipmi: true } : {}),
      ...(host.boot?.firmware === undefined ? {} : { firmware: host.boot.firmware }),
      ...(host.boot?.disk === undefined ? {} : { disk: host.boot.disk }),
    })),
    order: spec.order ?? [],
    ...guestOrders(spec),
    approval: spec.gates.approval,
    approvals: [...(spec.gates.approvals ?? []), ...(annotated === undefined ? [] : [annotated])],
    soakAfterMaster: readDuration(spec.gates.soakAfterMaster) ?? LONGEST,
    window: windowOf(spec),
    deadlines: deadlinesOf(spec),
    memberRetries: spec.failure.memberRetries,
    consent: spec.consent,
    verbs: verbsOf(metadata.annotations),
    paused: spec.paused,
    unfit: unfitness(object, volumes),
    basis: basisOf(spec),
    dryRun: spec.dryRun,
    cancelled: metadata.deletionTimestamp !== undefined,
  };
}

function verbsOf(annotations: Readonly<Record<string, string>> = {}): Orders['verbs'] {
  const said = VERBS.map((verb) => [verb, annotations[ANNOTATIONS[verb]] ?? ''] as const);
  return Object.fromEntries(said.filter(([, text]) => text !== '').map(([verb, text]) => [verb, nonceOf(text)]));
}

/** What is remembered of a word that was taken up: the text itself, or a digest of one too long for a status. */
function nonceOf(text: string): string {
  return text.length <= LONGEST_NONCE ? text : sha256(text);
}

function guestOrders({
  vms,
}: PoolUpgradeSpec): Pick<Orders, 'maxParallel' | 'placement' | 'whenUnmovable' | 'rules' | 'forceShutdownAfter'> {
  return {
    maxParallel: vms.migrate.maxParallel,
    placement: vms.placement,
    whenUnmovable: vms.whenUnmovable,
    rules: (vms.rules ?? []).map(guestRule),
    forceShutdownAfter: vms.forceShutdownAfter === undefined ? undefined : readDuration(vms.forceShutdownAfter),
  };
}

function guestRule({ match, action, return: wish }: VmRule): GuestRule {
  return {
    tags: match.tags ?? [],
    names: match.names ?? [],
    uuids: match.uuids ?? [],
    action,
    return: wish,
  };
}

function deadlinesOf({ deadlines }: PoolUpgradeSpec): Deadlines {
  const ms = (text: string): number => readDuration(text) ?? LONGEST;
  const { drain, powerOff, installerStart, install, rejoin, settle } = deadlines;
  return {
    drain: ms(drain),
    powerOff: ms(powerOff),
    installerStart: ms(installerStart),
    install: ms(install),
    rejoin: ms(rejoin),
    settle: ms(settle),
  };
}

function windowOf({ window }: PoolUpgradeSpec): Window | undefined {
  if (window === undefined || !IANAZone.isValidZone(window.timeZone)) return undefined;
  const everyDay = ['Mon', 'Tue', 'Wed', 'Thu', 'Fri', 'Sat', 'Sun'] as const;
  return {
    timeZone: window.timeZone,
    periods: window.periods.map((period) => ({
      days: period.days ?? everyDay,
      start: period.start,
      duration: readDuration(period.duration) ?? 0,
    })),
  };
}
