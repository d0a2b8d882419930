// XenCenter's last checks concern the updates it may apply after the upgrade. It is listed so that nobody looks for it in vain.
import type { Check } from './check';

export const updatesAfterwards: Check = {
  id: 'UpdatesAfterwards',
  title: 'Updates can be applied after the upgrade',
  source: '3.2 of the XenServer reference; XenCenter AutomatedUpdatesLicenseCheck and CfuAvailabilityCheck',
  range: 'never: both are asked only where updates were wished for, and this operator applies none',
  remedy: 'none needed',
  moments: ['Planning'],
  applies: () => false,
  judge: () => [],
};
