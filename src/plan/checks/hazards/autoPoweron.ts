// Guests that start by themselves when a host boots, in the middle of an upgrade.
import type { Check } from '../check';
import { guestObject, leadsTo, listNames, poolObject } from '../findings';
import { comesFromBelow, withHazards } from './hopSide';

export const autoPoweron: Check = {
  id: 'AutoPoweron',
  title: 'No guest starts by itself when a host boots',
  source: '2.6 (auto_poweron), 3.2.1 and 10 #4 of the XenServer reference',
  range:
    'pools with `auto_poweron` set for pool and guests; a warning: the key of the pool is taken away for the run and put back',
  remedy:
    'nothing needs to be done; from 5.6 Feature Pack 1 or earlier such guests get the restart priority `best-effort`: set it to none afterwards if that is not wanted',
  moments: ['Planning'],
  applies: ({ pool }) => pool.autoPoweron === 'true',
  judge: (situation) =>
    withHazards(situation, 'Warn', (hazards) => {
      const marked = situation.world.guests.filter(({ uuid }) => hazards.guests[uuid]?.autoPoweron === true);
      if (marked.length === 0) return [];
      const becomes =
        comesFromBelow(situation.hop, '6.0') && leadsTo(situation.hop, '6.0')
          ? '; their restart priority becomes best-effort'
          : '';
      const message = `${listNames(marked)} would start by themselves at each boot of a host; that is put aside for the run${becomes}`;
      return [
        {
          verdict: 'Warn',
          objects: [poolObject(situation.pool), ...marked.map(guestObject)],
          message,
          remedy: autoPoweron.remedy,
        },
      ];
    }),
};
