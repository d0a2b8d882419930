// Guests that may be squeezed to very little: XAPI balloons a guest down before it migrates it.
import type { Check } from '../check';
import { guestObject, warn } from '../findings';

/** The reference says "very low" without a figure: below a quarter of the dynamic maximum, which is as far as XAPI lets HVM guests go by default. */
const LOW = 1 / 4;
const MIB = 1024 ** 2;

export const lowBallooning: Check = {
  id: 'BalloonedTooFar',
  title: 'No guest is squeezed to death before it migrates',
  source: '2.8 (BALLOONING_TIMEOUT_BEFORE_MIGRATION) and 7.1 of the XenServer reference',
  range:
    'running guests whose dynamic minimum is below a quarter of their dynamic maximum (the figure is ours; the reference names none); a warning',
  remedy: 'raise the dynamic minimum (xe vm-memory-dynamic-range-set) before the upgrade: mixed mode refuses it',
  moments: ['Planning', 'Prepared'],
  applies: ({ world }) => world.guests.some(({ memoryLeast }) => memoryLeast !== undefined),
  judge: ({ world }) =>
    world.guests
      .filter(
        ({ powerState, memory, memoryLeast }) =>
          powerState === 'Running' && memoryLeast !== undefined && memoryLeast < memory * LOW,
      )
      .map((guest) =>
        warn(
          [guestObject(guest)],
          `${guest.name} may be squeezed to ${Math.floor(guest.memoryLeast! / MIB)} of its ${Math.floor(guest.memory / MIB)} MiB before it migrates, and may be killed by it`,
          lowBallooning.remedy,
        ),
      ),
};
