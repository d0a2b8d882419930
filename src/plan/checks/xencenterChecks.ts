// The checks of XenCenter's wizard, in its order. Its SafeToUpgradeCheck and HostMemoryPostUpgradeCheck are among the hazards.
import type { Check } from './check';
import { certificateKeyLength } from './certificateKeyLength';
import { clientVersion } from './clientVersion';
import { containerManagement } from './containerManagement';
import { deprecatedStorage } from './deprecatedStorage';
import { downtimeNotAccepted } from './downtimeNotAccepted';
import { evacuation } from './evacuation';
import { gfs2On75 } from './gfs2On75';
import { guestBlocksDrain } from './guestBlocksDrain';
import { guestPaused } from './guestPaused';
import { healthCheck } from './healthCheck';
import { highAvailability } from './highAvailability';
import { hostDisabled } from './hostDisabled';
import { hostNotLive } from './hostNotLive';
import { hotfixMissing } from './hotfixMissing';
import { legacySsl } from './legacySsl';
import { licenceAgreement } from './licenceAgreement';
import { poolAutoPoweron } from './poolAutoPoweron';
import { powerOnIlo } from './powerOnIlo';
import { pvGuests } from './pvGuests';
import { repositoryRelease } from './repositoryRelease';
import { repositoryUnreachable } from './repositoryUnreachable';
import { storageUnplugged } from './storageUnplugged';
import { updatesAfterwards } from './updatesAfterwards';
import { vswitchController } from './vswitchController';
import { workloadBalancing } from './workloadBalancing';

export const xencenterChecks: readonly Check[] = [
  clientVersion,
  hostNotLive,
  hostDisabled,
  hotfixMissing,
  repositoryUnreachable,
  repositoryRelease,
  licenceAgreement,
  vswitchController,
  healthCheck,
  legacySsl,
  certificateKeyLength,
  powerOnIlo,
  containerManagement,
  pvGuests,
  highAvailability,
  workloadBalancing,
  poolAutoPoweron,
  guestBlocksDrain,
  downtimeNotAccepted,
  guestPaused,
  evacuation,
  storageUnplugged,
  gfs2On75,
  deprecatedStorage,
  updatesAfterwards,
];
