// Guests that are suspended already and might not resume after the upgrade. They stay as they are: only their owner knows whether they are missed.
import type { Check, CheckSituation, Finding } from '../check';
import { guestObject, leadsTo, listNames, warn } from '../findings';
import type { HazardTraits } from '../hazardTraits';
import type { Guest, Host } from '../../pool';
import { offersFeatures } from './cpu';
import { withHazards } from './hopSide';

export const suspendedGuests: Check = {
  id: 'SuspendedMayNotResume',
  title: 'Guests that are suspended can resume afterwards',
  source: '2.3 (images on local storage), 2.7, 7.3 (Tools disc) and 7.4 (PV guests) of the XenServer reference',
  range: 'suspended guests; a warning',
  remedy: 'resume the guest and shut it down, or eject its disc, before the upgrade',
  moments: ['Planning', 'Prepared'],
  applies: ({ world }) => world.guests.some(({ powerState }) => powerState === 'Suspended'),
  judge: (situation) =>
    withHazards(situation, 'Warn', (hazards) =>
      situation.world.guests
        .filter(({ powerState }) => powerState === 'Suspended')
        .flatMap((guest) => judgeGuest(situation, hazards, guest)),
    ),
};

function judgeGuest(situation: CheckSituation, hazards: HazardTraits, guest: Guest): readonly Finding[] {
  const reasons = [
    ...discOf(hazards, guest),
    ...(guest.virtualisation === 'pv' && leadsTo(situation.hop, '8.3')
      ? ['it is paravirtual, and the new release runs no such guests']
      : []),
    ...placeOf(situation, guest),
  ];
  if (reasons.length === 0) return [];
  const message = `${guest.name} is suspended and may not resume after the upgrade: ${reasons.join('; ')}`;
  return [warn([guestObject(guest)], message, suspendedGuests.remedy)];
}

function discOf({ guests }: HazardTraits, { uuid, cds }: Guest): readonly string[] {
  if (guests[uuid]?.toolsDisc === true) return ['the disc of the guest tools is inserted, and the new release has another one'];
  return cds.length > 0 ? ['a disc is inserted, which must be where it is now'] : [];
}

/** Where it could go: hosts that see its disks and its image, and have the CPU it was started on. */
function placeOf({ pool, world }: CheckSituation, guest: Guest): readonly string[] {
  const sees = (host: Host, sr: string): boolean =>
    world.pbds.some((pbd) => pbd.host === host.uuid && pbd.sr === sr && pbd.attached);
  const seeing = pool.hosts.filter((host) => guest.srs.every((sr) => sees(host, sr)));
  if (seeing.length === 0) return ['no host sees all of its disks and its image'];
  const able = seeing.filter((host) => hasItsCpu(host, guest));
  if (able.length === 0) return [`${listNames(seeing)} lacks CPU features it was started with`];
  if (able.length > 1 || pool.hosts.length === 1) return [];
  return [`only ${listNames(able)} can take it, from its own upgrade on (local storage or CPU)`];
}

function hasItsCpu({ cpu }: Host, guest: Guest): boolean {
  if (cpu === undefined || guest.cpu === undefined) return true;
  if (cpu.vendor !== '' && guest.cpu.vendor !== '' && cpu.vendor !== guest.cpu.vendor) return false;
  const offered = guest.virtualisation === 'pv' ? cpu.pv : cpu.hvm;
  return offered === '' || guest.cpu.features === '' || offersFeatures(offered, guest.cpu.features);
}
