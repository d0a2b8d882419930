// The planning values that estimates rest on where nothing is measured. Sources: section 5.9 of the XenServer reference; what stands there without a source,
// and what does not stand there, says so.
import { span, minutes } from './spans';
import type { Bandwidth } from './bandwidth';

/** Unattended upgrade of a host including its reboots: 10 to 20 min (XCP-ng's documentation). */
export const UNATTENDED = minutes(10, 15, 20);
/** Self-test of a server before it boots: 2 to 10 min (general experience). */
export const POST = minutes(2, 4, 10);
/** A person walks to the console and answers the installer (assumed). */
export const BY_HAND = minutes(5, 15, 60);
/** A member joins its master again, plugs its storage and settles. At worst the 10 min after which XAPI believes a host dead, halved: it is up by then. */
export const MEMBER_REJOINS = minutes(1, 2, 5);
/** "A few minutes" until a pool whose master returned is usable; at worst the 10 min after which XAPI believes a host dead. */
export const MASTER_REJOINS = minutes(1, 4, 10);
/** The database is dumped, read back and stored (assumed: tens of megabytes). */
export const BACKUP = span(5_000, 30_000, 5 * 60_000);
/** XAPI notices the end of mixed mode within 30 s; HA and the like are put back (assumed). */
export const FINISH = minutes(0.5, 2, 5);

/** From the opening of a window to the first host: HA and the like are put aside, and nobody wakes at the very moment (assumed). Milliseconds. */
export const GETTING_READY = 5 * 60_000;

/** Two domains are built and handed over, beside the transfer of the memory (assumed). */
export const MOVE_SET_UP = span(3_000, 8_000, 30_000);
/** A suspend image is written, or read, as fast as storage does: 50, 100 or 400 MB/s (assumed). */
export const IMAGES: Bandwidth = {
  bytesPerSecond: { slowest: 50e6, likely: 100e6, fastest: 400e6 },
  basis: 'images at 100 MB/s',
};
/** A guest that obeys (assumed). */
export const CLEAN_SHUTDOWN = span(10_000, 60_000, 3 * 60_000);
/** XAPI waits for a stubborn guest for at most 1,200 s. One of them is reckoned with in the most that a drain takes. */
export const STUBBORN = 1_200_000;
/** Until the domain of a guest runs; the guest's own boot is not waited for (assumed). */
export const START = span(5_000, 15_000, 60_000);
/** Guests that start at once on a host. */
export const STARTS_AT_ONCE = 2;
