// What a machine can be told to boot from, in the mode that its system boots in. Found out while the host still serves: what would be refused once it is off costs an
// outage.
import type { BootOverride, BootTarget, Capabilities, FirmwareMode } from '../../bmc/bmc';
import type { MachineSight } from '../../upgrade/machineSight';

/** @param firmware as the manifest says; undefined: the BMC is asked */
export function offered(
  { protocol, bootOnce }: Capabilities,
  override: BootOverride,
  firmware: FirmwareMode | undefined,
): Pick<MachineSight, 'targets' | 'withheld'> {
  // IPMI tells the mode of an override, Redfish that of the machine.
  const told = protocol === 'redfish' ? override.mode : undefined;
  const targets = bootOnce.targets.filter(isInteresting);
  if (firmware !== undefined && bootOnce.modes.length === 0 && told !== undefined && told !== firmware)
    return {
      targets: [],
      withheld: `its BMC says that it boots in ${told} mode, and cannot change that; ${FIELD} says ${firmware}`,
    };
  if (firmware !== undefined || told !== undefined) return { targets };
  const wanting = targets.filter((target) => bootOnce.needMode?.includes(target) === true);
  if (wanting.length === 0) return { targets };
  const withheld = `its BMC must be told the firmware mode with each boot and does not know it; say UEFI or BIOS in ${FIELD}`;
  return { targets: targets.filter((target) => !wanting.includes(target)), withheld };
}

const FIELD = 'spec.hosts[].boot.firmware of this host';

function isInteresting(target: BootTarget): target is MachineSight['targets'][number] {
  return target === 'Cd' || target === 'Pxe';
}
