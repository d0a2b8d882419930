// The strategies of others, which look at one host at a time: empty it, upgrade it, go on. They differ in where guests go and when they come back.
// Section numbers are those of the reference on rolling pool upgrades. Where it leaves something open the kinder way is assumed:
//
// - One that cannot be placed is stopped, and the rest goes on. `host.evacuate` refuses as a whole before anything moves (7.2), the wizard asks a person
//   which VMs to stop (3.2.1), and Xen Orchestra gives up (3.5).
// - A guest counts as migratable if one host can take it. `host.evacuate` wants every host to be able to (7.2).
// - Guests on local disks are stopped as their host's turn comes and not all at once before the first (3.2.1), and start again as soon as it is back,
//   where the wizard leaves all that is stopped until the very end (3.3).
// - Hosts go in the order of their names, the master first (3.1); no host is skipped, no migration fails.
import type { Guest } from '../../src/plan/pool';
import type { Ledger } from './ledger';

/** Of hosts that may take the guest in, the one to send it to. */
export type Choice = (ledger: Ledger, guest: Guest, fitting: readonly string[]) => string;

/** Packs tightly, upgraded hosts first: what a careful person would do. */
export const tightest: Choice = (ledger, _guest, fitting) =>
  least(fitting, (host) => [ledger.isNew(host) ? 0 : 1, ledger.free(host)]);

/** How XAPI packs: the biggest guest first, each onto the host that has most memory left at that moment. */
export const roomiest: Choice = (ledger, _guest, fitting) => least(fitting, (host) => [-ledger.free(host)]);

/** As the figures in 7.5 have it: what leaves one host is split evenly over all others. */
export function evenly(): Choice {
  let from: string | undefined;
  let sent = new Map<string, number>();
  return (ledger, guest, fitting) => {
    const host = ledger.hostOf(guest.uuid);
    if (host !== from) sent = new Map();
    from = host;
    const to = least(fitting, (one) => [sent.get(one) ?? 0, -ledger.free(one)]);
    sent.set(to, (sent.get(to) ?? 0) + 1);
    return to;
  };
}

interface Wishes {
  readonly choose: Choice;
  /** When guests go back to where they were: never, once their own host is back, or after the last host. */
  readonly back: 'never' | 'at once' | 'at the end';
}

/** 7.5, second row, and the manual procedure: each host is emptied, and what left it comes back when it is upgraded. */
export const evacuateAndReturn: Wishes = { choose: tightest, back: 'at once' };

/** 3.3: `host.evacuate` for each host, and no VM is brought back. */
export const xenCenter: Wishes = { choose: roomiest, back: 'never' };

/** 3.5: the same, and after the last host all go back to where they were. */
export const xenOrchestra: Wishes = { choose: roomiest, back: 'at the end' };

export function play(ledger: Ledger, { choose, back }: Wishes): void {
  const homes = new Map(ledger.hosts.flatMap((host) => ledger.residents(host).map((guest) => [guest, host] as const)));
  for (const host of ledger.hosts) {
    empty(ledger, host, choose);
    ledger.pass(host);
    startStopped(ledger, homes, host);
    if (back === 'at once') bringBack(ledger, homes, (home) => home === host);
  }
  if (back === 'at the end') bringBack(ledger, homes, () => true);
  ledger.close();
}

function empty(ledger: Ledger, host: string, choose: Choice): void {
  ledger.disable(host);
  const leaving = [...ledger.residents(host)].sort((a, b) => b.memory - a.memory || (a.uuid < b.uuid ? -1 : 1));
  for (const guest of leaving) {
    const fitting = ledger.hosts.filter((to) => ledger.forbids(guest.uuid, to) === undefined);
    if (fitting.length === 0) ledger.stop(guest.uuid);
    else ledger.move(guest.uuid, choose(ledger, guest, fitting));
  }
}

/** Those that had to stop, on their own host if it takes them; the big ones first. */
function startStopped(ledger: Ledger, homes: ReadonlyMap<Guest, string>, back: string): void {
  const stopped = [...homes].filter(([guest]) => ledger.hostOf(guest.uuid) === undefined);
  for (const [guest, home] of stopped.sort(([a], [b]) => b.memory - a.memory)) {
    const fitting = ledger.hosts.filter((host) => ledger.mayStart(guest.uuid, host));
    const on = fitting.includes(home) ? home : fitting.includes(back) ? back : fitting[0];
    if (on !== undefined) ledger.start(guest.uuid, on);
  }
}

/** In several rounds, as one that goes makes room for another; the last host's guests first. Who finds no room stays where it is. */
function bringBack(ledger: Ledger, homes: ReadonlyMap<Guest, string>, which: (home: string) => boolean): void {
  const away = [...homes].filter(([guest, home]) => which(home) && ledger.hostOf(guest.uuid) !== home).reverse();
  for (let left = away, moved = true; moved;) {
    const staying = left.filter(([guest, home]) => {
      if (ledger.forbids(guest.uuid, home) !== undefined) return true;
      ledger.move(guest.uuid, home);
      return false;
    });
    moved = staying.length < left.length;
    left = staying;
  }
}

function least(hosts: readonly string[], key: (host: string) => readonly number[]): string {
  const isLess = (a: readonly number[], b: readonly number[]): boolean => {
    const at = a.findIndex((value, index) => value !== b[index]);
    return at >= 0 && a[at]! < b[at]!;
  };
  return hosts.reduce((best, host) => (isLess(key(host), key(best)) ? host : best));
}
