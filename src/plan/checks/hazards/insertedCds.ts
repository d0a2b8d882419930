// Discs in the drives of guests. Those that only one host sees pin the guest, and the tools' disc changes with the release.
import type { Check, Finding } from '../check';
import { hasDomain } from '../../pool';
import { pinningCds } from '../../placement';
import { guestObject, listNames } from '../findings';
import { withHazards } from './hopSide';

export const insertedCds: Check = {
  id: 'CdsInserted',
  title: 'No disc is in a drive',
  source:
    '7.3 (CDs: empty all drives before the start), 3.2.1, 3.7 and 6.1 (the Tools disc is another afterwards) of the XenServer reference',
  range:
    'guests with a domain; a warning: discs that pin a guest are ejected before it moves and inserted again where that is possible',
  remedy: 'eject them before (`xe vm-cd-eject --multiple`)',
  moments: ['Planning', 'Prepared'],
  applies: ({ world }) => world.guests.some((guest) => hasDomain(guest) && guest.cds.length > 0),
  judge: (situation) =>
    withHazards(situation, 'Warn', (hazards) => {
      const { world } = situation;
      const holding = world.guests.filter((guest) => hasDomain(guest) && guest.cds.length > 0);
      const said = (chosen: typeof holding, message: string): readonly Finding[] =>
        chosen.length === 0
          ? []
          : [
              {
                verdict: 'Warn',
                objects: chosen.map(guestObject),
                message: `${listNames(chosen)}: ${message}`,
                remedy: insertedCds.remedy,
              },
            ];
      const pinned = holding.filter((guest) => pinningCds(guest, world).length > 0);
      const tools = holding.filter((guest) => hazards.guests[guest.uuid]?.toolsDisc === true);
      const other = holding.filter((guest) => !pinned.includes(guest) && !tools.includes(guest));
      return [
        ...said(pinned, 'a disc that only its host sees is inserted; it will be ejected'),
        ...said(tools, 'the disc of the guest tools is inserted; the new release has another one, and the drive will be empty'),
        ...said(other, 'a disc is inserted; every host must go on seeing it'),
      ];
    }),
};
