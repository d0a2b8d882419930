// The checks of hosts that boot the installer by their BMC or over the network, in the order in which they are reported: first whether anybody serves, then
// whether the right machine is spoken to, then what it can do.
import { bmcNotProven } from './boot/bmcNotProven';
import { bmcOfAnotherHost } from './boot/bmcOfAnotherHost';
import { bmcUnauthorized } from './boot/bmcUnauthorized';
import { bmcUnreachable } from './boot/bmcUnreachable';
import { bootByHand } from './boot/bootByHand';
import { bootOverride } from './boot/bootOverride';
import { bootServer } from './boot/bootServer';
import { bootServerReached } from './boot/bootServerReached';
import { foreignMedia } from './boot/foreignMedia';
import { imageScheme } from './boot/imageScheme';
import { isoMissing } from './boot/isoMissing';
import { isoUsable } from './boot/isoUsable';
import { primaryDiskKnown } from './boot/primaryDiskKnown';
import { sameBmc } from './boot/sameBmc';
import { sameMac } from './boot/sameMac';
import { virtualDrive } from './boot/virtualDrive';
import type { Check } from './check';

export const bootChecks: readonly Check[] = [
  bootServer,
  isoMissing,
  isoUsable,
  bootServerReached,
  sameBmc,
  bmcUnauthorized,
  bmcUnreachable,
  bmcOfAnotherHost,
  bmcNotProven,
  bootOverride,
  virtualDrive,
  imageScheme,
  foreignMedia,
  sameMac,
  primaryDiskKnown,
  bootByHand,
];
