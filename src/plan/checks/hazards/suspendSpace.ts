// Room for the memory images of the guests that the plan suspends. They lie on their SR together from their host's turn until they are resumed.
import type { Check, CheckSituation, Finding } from '../check';
import type { HazardTraits } from '../hazardTraits';
import type { Pass } from '../../pass/pass';
import type { Guest, Sr } from '../../pool';
import { guestObject, listNames, srObject } from '../findings';
import { withHazards } from './hopSide';

const MIB = 1024 ** 2;
/** Beside the memory itself. */
const ROOM_BESIDE = 8 * MIB;

export const suspendSpace: Check = {
  id: 'SuspendSpaceShort',
  title: 'The memory images of suspended guests find room',
  source: '4.8 (VM.suspend: SR_SUSPEND_SPACE_INSUFFICIENT, choice of the SR) and 7.1 of the XenServer reference',
  range: 'plans that suspend guests: a block where an SR tells its size and it is too small, a warning where it does not tell',
  remedy:
    'free room on the SR, set another one (`xe pool-param-set suspend-image-SR-uuid=`), or have the guests shut down (spec.vms.rules)',
  moments: ['Planning', 'Prepared', 'BeforeHost'],
  applies: ({ pass }) => pass !== undefined && pass.turns.some(({ stops }) => stops.some(({ action }) => action === 'Suspend')),
  judge: (situation) =>
    withHazards(situation, 'Unknown', (hazards) => {
      const images = imagesOf(situation, hazards);
      return [...new Set(images.map(({ sr }) => sr))].flatMap((sr) =>
        judgeSr(
          situation,
          sr,
          images.filter((image) => image.sr === sr),
        ),
      );
    }),
};

interface Image {
  readonly guest: Guest;
  readonly sr: string;
  readonly bytes: number;
  /** Places of turns: from the first until the second is over. */
  readonly from: number;
  readonly until: number;
}

/** Guests that are suspended already take no room that is still free. */
function imagesOf({ pass, world }: CheckSituation, hazards: HazardTraits): readonly Image[] {
  const { turns, order } = pass as Pass;
  return turns.flatMap(({ stops }, from) =>
    stops.flatMap(({ guest: uuid, host, action, back }) => {
      const guest = world.guests.find((entry) => entry.uuid === uuid);
      if (action !== 'Suspend' || guest === undefined || guest.powerState === 'Suspended') return [];
      const sr = hazards.guests[uuid]?.suspendSr ?? hazards.pool.suspendSr ?? hazards.hosts[host]?.suspendSr;
      const until = back === undefined ? turns.length : order.indexOf(back.after);
      return sr === undefined ? [] : [{ guest, sr, bytes: guest.memory + ROOM_BESIDE, from, until }];
    }),
  );
}

function judgeSr({ world, pass }: CheckSituation, uuid: string, images: readonly Image[]): readonly Finding[] {
  const sr: Sr = world.srs.find((entry) => entry.uuid === uuid) ?? { uuid, name: uuid, type: '', shared: false, vdis: 0 };
  const at = (turn: number): readonly Image[] => images.filter(({ from, until }) => from <= turn && turn <= until);
  const sum = (some: readonly Image[]): number => some.reduce((total, { bytes }) => total + bytes, 0);
  const fullest = (pass as Pass).turns.map((_, turn) => at(turn)).reduce((most, some) => (sum(some) > sum(most) ? some : most));
  const objects = [srObject(sr), ...fullest.map(({ guest }) => guestObject(guest))];
  const needed = `the images of ${listNames(fullest.map(({ guest }) => guest))} need ${Math.ceil(sum(fullest) / MIB)} MiB on ${sr.name} at once`;
  if (sr.free === undefined)
    return [
      { verdict: 'Warn', objects, message: `${needed}, and it does not tell how much is free`, remedy: suspendSpace.remedy },
    ];
  if (sum(fullest) <= sr.free) return [];
  return [
    { verdict: 'Block', objects, message: `${needed}; ${Math.floor(sr.free / MIB)} MiB are free`, remedy: suspendSpace.remedy },
  ];
}
