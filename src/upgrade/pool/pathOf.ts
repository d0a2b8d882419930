// The path of a run as the heart asks the catalogue for it: which stops have a source, and how each host leaves for each hop. A hop that hosts stage
// themselves needs a repository; one that a person makes by hand needs none.
import { type Hop, type PathResult, planPath, type Sources } from '../../plan/path';
import type { Host } from '../../plan/pool';
import { compareVersions, type Release } from '../../plan/release';
import { bootMethodOf } from '../bootMethods/bootMethod';
import { hasImage, repositoryFor } from '../repository';
import { type Decision, fail } from '../decision';
import type { BootMethod, Orders } from '../orders';
import type { PlanSummary, RunState } from '../state';

/** @param hosts of the pool, whose boot methods decide which hops need a source */
export function pathOf(orders: Orders, hosts: readonly Host[], from: Host['version'], target: Release): PathResult {
  const { consent, path } = orders;
  const platform = from.platform === undefined ? {} : { platform: from.platform };
  return planPath({ ...from.release, ...platform }, target, {
    consent,
    sources: sourcesOf(orders, hosts),
    ...(path === undefined || path.length === 0 ? {} : { path }),
  });
}

export function sourcesOf(orders: Orders, hosts: readonly Host[]): Sources {
  return {
    // Of an image the boot server has the tree, from which a host is staged as well.
    named: ({ version, brand }) => repositoryFor(orders, version, brand) !== undefined || hasImage(orders, version, brand),
    needed: (hop) => hosts.some((host) => isStaged(host, hop, orders)),
  };
}

function isStaged(host: Host, { from, to }: Pick<Hop, 'from' | 'to'>, orders: Orders): boolean {
  const choice = bootMethodOf({ ...host, version: { release: from } }, to.version, orders);
  return choice.ok && choice.method === 'Staged';
}

/** How each host leaves for a hop, in the order given; or why one cannot. */
export function methodsFor(
  orders: Orders,
  hosts: readonly Host[],
  { from, to }: Pick<Hop, 'from' | 'to'>,
): readonly BootMethod[] | Decision {
  const methods: BootMethod[] = [];
  for (const host of hosts) {
    const choice = bootMethodOf({ ...host, version: { release: from } }, to.version, orders);
    if (!choice.ok) return fail(choice.reason, choice.message);
    methods.push(choice.method);
  }
  return methods;
}

/** The first hop some host cannot be made to leave for. */
export function hopRefusal(orders: Orders, hosts: readonly Host[], hops: readonly Hop[]): Decision | undefined {
  for (const hop of hops) {
    const methods = methodsFor(orders, hosts, hop);
    if ('kind' in methods) return methods;
  }
  return undefined;
}

export function isDecision(value: readonly unknown[] | Decision): value is Decision {
  return 'kind' in value;
}

/** Hop `at` of a path, as the status tells it. */
export function hopAt(path: readonly Release[], at: number): PlanSummary['hop'] {
  const [from, to] = [path[at]!, path[at + 1]!];
  return { fromBrand: from.brand, from: from.version, toBrand: to.brand, to: to.version };
}

/** Every release on the way, the pool's own first. */
export function releasesOn(hops: readonly Hop[]): readonly Release[] {
  return [...hops.slice(0, 1).map(({ from }) => from), ...hops.map(({ to }) => to)];
}

/** The run as it will be in the hop of its path that re-cuts disks: what that would cost is told before the first hop. As it is where that is none or this. */
export function asRecutting(state: RunState): RunState {
  const { plan } = state;
  const path = plan?.path ?? [];
  const at = plan?.at ?? 0;
  const stop = path.findIndex(({ version }, index) => index > at && compareVersions(version, '7.0') >= 0);
  if (plan === undefined || stop <= at + 1) return state;
  const hosts = state.hosts.map((host) => ({ ...host, to: path[stop]!.version }));
  return { ...state, plan: { ...plan, at: stop - 1, hop: hopAt(path, stop - 1) }, hosts };
}
