// From the API's spec to the heart's orders: durations in milliseconds, lists where the API may leave them out.
import { parseDuration } from '../api/durations';
import { ANNOTATIONS } from '../api/poolUpgrade';
import type { PoolUpgrade, PoolUpgradeSpec, VmRule, BootMethod as ApiBootMethod } from '../api/generated/poolUpgrade';
import type { Window } from '../plan/window';
import { VERBS } from '../upgrade/pool/verbs';
import type { BootMethod, Deadlines, GuestRule, Orders } from '../upgrade/orders';

/** @throws RangeError for a duration the schema should have refused, Error for a value that `notYetHonoured` should have refused */
export function ordersOf(object: PoolUpgrade): Orders {
  const { spec, metadata } = object;
  const annotated = metadata.annotations?.[ANNOTATIONS.approve];
  return {
    poolUuid: spec.pool.uuid,
    target: { brand: spec.target.brand, version: spec.target.version },
    repositories: (spec.releases ?? []).flatMap(({ brand, version, repository }) =>
      repository === undefined ? [] : [{ brand, version, url: repository.url }],
    ),
    bootMethod: bootMethod(spec.boot.method),
    hosts: (spec.hosts ?? []).map((host) => ({
      name: host.name,
      bootMethod: host.boot?.method === undefined ? undefined : bootMethod(host.boot.method),
    })),
    order: spec.order ?? [],
    ...guestOrders(spec),
    approval: spec.gates.approval,
    approvals: [...(spec.gates.approvals ?? []), ...(annotated === undefined ? [] : [annotated])],
    window: windowOf(spec),
    deadlines: deadlinesOf(spec),
    memberRetries: spec.failure.memberRetries,
    consent: spec.consent,
    verbs: verbsOf(metadata.annotations),
    paused: spec.paused,
    dryRun: spec.dryRun,
    cancelled: metadata.deletionTimestamp !== undefined,
  };
}

function verbsOf(annotations: Readonly<Record<string, string>> = {}): Orders['verbs'] {
  const said = VERBS.map((verb) => [verb, annotations[ANNOTATIONS[verb]]] as const);
  return Object.fromEntries(said.filter(([, nonce]) => nonce !== undefined && nonce !== ''));
}

function guestOrders({
  vms,
}: PoolUpgradeSpec): Pick<Orders, 'maxParallel' | 'placement' | 'whenUnmovable' | 'rules' | 'forceShutdownAfter'> {
  if (vms.placement === 'Balanced') throw new Error('spec.vms.placement Balanced is not honoured yet');
  return {
    maxParallel: vms.migrate.maxParallel,
    placement: vms.placement,
    whenUnmovable: vms.whenUnmovable,
    rules: (vms.rules ?? []).map(guestRule),
    forceShutdownAfter: vms.forceShutdownAfter === undefined ? undefined : parseDuration(vms.forceShutdownAfter),
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

function bootMethod(method: ApiBootMethod): 'Auto' | BootMethod {
  if (method === 'VirtualMedia' || method === 'PXE') throw new Error(`boot method ${method} is not honoured yet`);
  return method;
}

function deadlinesOf({ deadlines }: PoolUpgradeSpec): Deadlines {
  const { drain, powerOff, installerStart, install, rejoin, settle } = deadlines;
  const [a, b, c, d, e, f] = [drain, powerOff, installerStart, install, rejoin, settle].map(parseDuration) as [
    number,
    number,
    number,
    number,
    number,
    number,
  ];
  return { drain: a, powerOff: b, installerStart: c, install: d, rejoin: e, settle: f };
}

function windowOf({ window }: PoolUpgradeSpec): Window | undefined {
  if (window === undefined) return undefined;
  const everyDay = ['Mon', 'Tue', 'Wed', 'Thu', 'Fri', 'Sat', 'Sun'] as const;
  return {
    timeZone: window.timeZone,
    periods: window.periods.map((period) => ({
      days: period.days ?? everyDay,
      start: period.start,
      duration: parseDuration(period.duration),
    })),
  };
}
