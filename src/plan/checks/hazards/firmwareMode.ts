// Firmware mode. XenAPI does not show in which mode a host was booted, so all that can be done is to say so where a person or a BMC boots the installer.
import type { Check } from '../check';
import { hostObject, leadsTo } from '../findings';
import { hostsToUpgrade, isStaged } from './hopSide';

export const firmwareMode: Check = {
  id: 'FirmwareMode',
  title: 'The installer is booted in the firmware mode of the installed system',
  source: '1.6 (BIOS / UEFI), 5.5 step 2 and 5.6 of the XenServer reference',
  range: 'every method but Staged, to 7.0 and later; always a warning, because XenAPI does not show the mode',
  remedy:
    'look for /sys/firmware/efi on the host: where it exists boot the medium by UEFI, else by BIOS; one cannot be converted into the other',
  moments: ['Planning', 'BeforeHost'],
  applies: ({ hop }) => leadsTo(hop, '7.0'),
  judge: (situation) =>
    hostsToUpgrade(situation)
      .filter((host) => !isStaged(situation, host))
      .map((host) => ({
        verdict: 'Warn',
        objects: [hostObject(host)],
        message: `XenAPI does not show whether ${host.name} was installed for BIOS or for UEFI; booted in the other mode the installer does not find the system`,
        remedy: firmwareMode.remedy,
      })),
};
