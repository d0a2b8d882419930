// Paravirtual guests. Deprecated in 8.1, refused from 8.2.1 on, and XCP-ng 8.3 can neither run nor migrate them. A later hop counts from the first one on: a pool
// that is half way to where its guests cannot follow has nowhere to go.
import { type Guest, hasDomain } from '../pool';
import { compareVersions, printRelease, type Release } from '../release';
import type { Check, CheckSituation, Finding } from './check';
import { block, guestObject, listNames, warn } from './findings';

const REMEDY = 'convert them to HVM, move them to another pool, or choose a target below 8.2.1';

export const pvGuests: Check = {
  id: 'PvGuests',
  title: 'No guest is paravirtual',
  source: '1.6 (PV guests) and 3.2 of the XenServer reference; XenCenter PVGuestsCheck',
  range:
    'a path that leads to 8.2.1 or later: a block for guests that run or are suspended, a warning for halted ones; to 8.1 and 8.2.0: a warning',
  remedy: REMEDY,
  moments: ['Planning', 'BeforeHost'],
  applies: (situation) => farthest(situation) !== undefined,
  judge(situation) {
    const release = farthest(situation);
    if (release === undefined) return [];
    const paravirtual = situation.world.guests.filter(({ virtualisation }) => virtualisation === 'pv');
    const used = paravirtual.filter((guest) => hasDomain(guest) || guest.powerState === 'Suspended');
    const halted = paravirtual.filter((guest) => !used.includes(guest));
    const refused = compareVersions(release.version, '8.2.1') >= 0;
    return [...found(used, release, refused), ...found(halted, release, false)];
  },
};

/** The newest release ahead of the pool to which paravirtual guests matter. */
function farthest({ hop }: CheckSituation): Release | undefined {
  const ahead = (hop.path ?? [hop.to]).filter(({ version }) => compareVersions(version, '8.1') >= 0);
  return ahead.reduce<Release | undefined>(
    (newest, one) => (newest === undefined || compareVersions(one.version, newest.version) > 0 ? one : newest),
    undefined,
  );
}

function found(guests: readonly Guest[], release: Release, refused: boolean): readonly Finding[] {
  if (guests.length === 0) return [];
  const fate = refused ? 'does not run paravirtual guests' : 'is the end of support for paravirtual guests';
  const message = `${printRelease(release)} ${fate}: ${listNames(guests)}`;
  return [(refused ? block : warn)(guests.map(guestObject), message, REMEDY)];
}
