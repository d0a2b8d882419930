// Guests that boot by UEFI: their variables change with XCP-ng 8.3, which closes the way back for them.
import type { Check } from '../check';
import { guestObject, leadsTo, listNames, warn } from '../findings';
import { comesFromBelow, withHazards } from './hopSide';

export const uefiGuests: Check = {
  id: 'UefiGuestsCannotGoBack',
  title: 'Guests could start on the old release again',
  source: '1.6 (UEFI VM NVRAM) of the XenServer reference',
  range: 'XCP-ng from below 8.3 to 8.3; a warning: it matters only when a host is restored to its old release',
  remedy: 'after a restore remove the EFI variables of the guest (xe vm-param-remove param-name=NVRAM param-key=EFI-variables)',
  moments: ['Planning'],
  applies: ({ hop }) => hop.to.brand === 'XCP-ng' && leadsTo(hop, '8.3') && comesFromBelow(hop, '8.3'),
  judge: (situation) =>
    withHazards(situation, 'Warn', (hazards) => {
      const guests = situation.world.guests.filter(({ uuid }) => hazards.guests[uuid]?.uefi === true);
      if (guests.length === 0) return [];
      const message = `${listNames(guests)} boots by UEFI: once started on 8.3 it does not start on ${situation.hop.from.version} again with the variables it has then`;
      return [warn(guests.map(guestObject), message, uefiGuests.remedy)];
    }),
};
