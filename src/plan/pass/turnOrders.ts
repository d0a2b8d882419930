// In which order hosts may be upgraded: the master first, always; then as the user says; then by capacity, so that each host's load finds room on those
// upgraded before it, and among hosts of like capacity fewest guests first, because a failure strands fewer.
import { compareText } from '../placement';
import type { PassInput } from './passInput';
import { type Scene, WAITING } from './scene';

/** @returns orders to try, the preferred one first; one only where the user leaves no choice */
export function turnOrders(scene: Scene, { order }: PassInput): readonly (readonly number[])[] {
  const due = [...scene.hosts.keys()].filter((host) => !scene.upgraded[host]);
  const found = (name: string): readonly number[] =>
    due.filter((host) => scene.hosts[host]!.uuid === name || scene.hosts[host]!.name === name);
  if ('fixed' in order) return [withRest([...new Set(order.fixed.flatMap(found))], due, byCapacity(scene))];
  const masters = due.filter((host) => scene.hosts[host]!.master);
  const first = [...new Set([...masters, ...order.wished.flatMap(found)])];
  const ways = [byCapacity(scene), byGuests(scene), byLoad(scene)].map((compare) => withRest(first, due, compare));
  const seen = new Set<string>();
  return ways.filter((way) => !seen.has(way.join()) && seen.add(way.join()));
}

type Compare = (a: number, b: number) => number;

function withRest(first: readonly number[], due: readonly number[], compare: Compare): readonly number[] {
  return [...first, ...due.filter((host) => !first.includes(host)).sort(compare)];
}

/** Biggest first; in eighths of the biggest, since hosts of one kind differ by a few MiB. */
function byCapacity(scene: Scene): Compare {
  const most = Math.max(1, ...scene.after);
  const eighths = (host: number): number => Math.round((scene.after[host]! * 8) / most);
  const then = byGuests(scene);
  return (a, b) => eighths(b) - eighths(a) || then(a, b);
}

function byGuests(scene: Scene): Compare {
  const count = new Map<number, number>();
  for (const host of scene.at) if (host !== WAITING) count.set(host, (count.get(host) ?? 0) + 1);
  const guests = (host: number): number => count.get(host) ?? 0;
  return (a, b) => guests(a) - guests(b) || byName(scene)(a, b);
}

/** Least bytes in use first. */
function byLoad(scene: Scene): Compare {
  const load = new Float64Array(scene.hosts.length);
  scene.at.forEach((host, guest) => {
    if (host !== WAITING) load[host] = load[host]! + scene.need[guest]!;
  });
  return (a, b) => load[a]! - load[b]! || byName(scene)(a, b);
}

function byName({ hosts }: Scene): Compare {
  return (a, b) => compareText(hosts[a]!.name, hosts[b]!.name) || compareText(hosts[a]!.uuid, hosts[b]!.uuid);
}
