// Paused guests: a machine must not unpause them, and a paused guest cannot migrate.
import type { Check } from './check';
import { guestObject, warn } from './findings';

const REMEDY = 'unpause it, shut it down, or give it a rule to shut down with spec.vms.forceShutdownAfter';

export const guestPaused: Check = {
  id: 'GuestPaused',
  title: 'No guest is paused',
  source: '7.3 of the XenServer reference',
  range: 'every release: a warning; the drain of its host waits for a person',
  remedy: REMEDY,
  moments: ['Planning', 'Prepared', 'BeforeHost'],
  applies: () => true,
  judge: ({ world, host }) =>
    world.guests
      .filter((guest) => guest.powerState === 'Paused' && (host === undefined || guest.host === host))
      .map((guest) => warn([guestObject(guest)], `guest ${guest.name} is paused and will block the drain of its host`, REMEDY)),
};
