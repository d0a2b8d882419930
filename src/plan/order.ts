// The order in which hosts are upgraded: the master first, always; then what the user says; then fewest guests first, because a failure strands fewer.
import { compareText } from './placement';
import { type Guests, type Host, residentOn } from './pool';

export type OrderResult =
  { readonly ok: true; readonly order: readonly Host[] } | { readonly ok: false; readonly message: string };

/**
 * @param wished members by name or uuid, `spec.order`; hosts it does not name come after, fewest guests first
 */
export function upgradeOrder(hosts: readonly Host[], world: Guests, wished: readonly string[]): OrderResult {
  const master = hosts.find((host) => host.master);
  if (master === undefined) return { ok: false, message: 'the pool names no master among its hosts' };
  const named: Host[] = [];
  for (const wish of wished) {
    const found = hosts.find((host) => host.name === wish || host.uuid === wish);
    if (found === undefined)
      return {
        ok: false,
        message: `spec.order: no host ${wish} is in the pool; it has ${hosts.map((host) => host.name).join(', ')}`,
      };
    if (found.master && named.length > 0)
      return {
        ok: false,
        message: `spec.order: ${wish} is the master, which is always first; move it to the front or leave it out`,
      };
    if (!named.includes(found)) named.push(found);
  }
  const guestsOn = (host: Host): number => residentOn(world.guests, host.uuid).length;
  const rest = hosts
    .filter((host) => !named.includes(host))
    .sort((a, b) => guestsOn(a) - guestsOn(b) || compareText(a.name, b.name) || compareText(a.uuid, b.uuid));
  return { ok: true, order: [master, ...[...named, ...rest].filter((host) => host !== master)] };
}
