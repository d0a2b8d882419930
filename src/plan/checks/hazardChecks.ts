// The checks for hazards that XenCenter's list does not cover, in the order in which they are reported.
import type { Check } from './check';
import { autoPoweron } from './hazards/autoPoweron';
import { backupPossible } from './hazards/backupPossible';
import { blockedOperations } from './hazards/blockedOperations';
import { certificateBundle } from './hazards/certificateBundle';
import { clockSkew } from './hazards/clockSkew';
import { clusteredStorage } from './hazards/clusteredStorage';
import { clusterQuorum } from './hazards/clusterQuorum';
import { controlDomainGrowth } from './hazards/controlDomainGrowth';
import { cpuFeatures } from './hazards/cpuFeatures';
import { cpuVendors } from './hazards/cpuVendors';
import { crossGrade } from './hazards/crossGrade';
import { directoryService } from './hazards/directoryService';
import { diskLayout } from './hazards/diskLayout';
import { firmwareMode } from './hazards/firmwareMode';
import { insertedCds } from './hazards/insertedCds';
import { licence } from './hazards/licence';
import { localStorageLoss } from './hazards/localStorageLoss';
import { lowBallooning } from './hazards/lowBallooning';
import { managementNetwork } from './hazards/managementNetwork';
import { multipathBoot } from './hazards/multipathBoot';
import { pendingGuidances } from './hazards/pendingGuidances';
import { runningTasks } from './hazards/runningTasks';
import { secretRotation } from './hazards/secretRotation';
import { storageLink } from './hazards/storageLink';
import { suspendedGuests } from './hazards/suspendedGuests';
import { suspendSpace } from './hazards/suspendSpace';
import { uefiGuests } from './hazards/uefiGuests';
import { upgradeForbidden } from './hazards/upgradeForbidden';
import { xostor } from './hazards/xostor';

export const hazardChecks: readonly Check[] = [
  upgradeForbidden,
  backupPossible,
  diskLayout,
  localStorageLoss,
  firmwareMode,
  multipathBoot,
  managementNetwork,
  clusterQuorum,
  clusteredStorage,
  xostor,
  storageLink,
  secretRotation,
  licence,
  cpuVendors,
  cpuFeatures,
  controlDomainGrowth,
  suspendSpace,
  blockedOperations,
  suspendedGuests,
  insertedCds,
  lowBallooning,
  autoPoweron,
  runningTasks,
  clockSkew,
  pendingGuidances,
  directoryService,
  certificateBundle,
  crossGrade,
  uefiGuests,
];
