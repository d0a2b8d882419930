// The heart's eyes and hands on machines: its verbs as those of a BMC, and what a BMC says as facts.
import { hostOf, parseBmcAddress } from '../../bmc/address';
import { type Bmc, BmcError } from '../../bmc/bmc';
import type { Fact } from '../../foundation/fact';
import type { BmcPlace } from '../../plan/checks/bootTraits';
import type { InstallerSight, MachineSight } from '../../upgrade/machineSight';
import type { MachinePort, Outcome, Prove } from '../../upgrade/ports';
import { accepted } from '../pool/outcome';
import type { BootEyes } from './bootInspection';
import { advised } from './advice';
import { bmcAnswer, look, machineFact } from './looking';
import type { OperatedBmc } from './openNamed';
import type { MachinesParts } from './parts';

type Work = (bmc: Bmc, signal: AbortSignal) => Promise<unknown>;

/** Of one object; hosts by uuid. */
export interface Machines {
  readonly eyes: {
    machine(host: string): Promise<Fact<MachineSight>>;
    installer(host: string): Promise<Fact<InstallerSight>>;
    readonly boot: BootEyes;
  };
  readonly hands: MachinePort;
}

export function createMachines(parts: MachinesParts): Machines {
  const { media } = parts;
  const ours =
    (host: string) =>
    (image: string): boolean =>
      (media?.kindOf(host, image) ?? 'Foreign') !== 'Foreign';
  const verb = (host: string, prove: Prove, work: Work): Promise<Outcome> =>
    outcomeOf(parts, host, (bmc, signal) => bmc.permit.during(prove, () => work(bmc, signal)));
  return {
    eyes: {
      machine: async (host) => machineFact(await look(parts, host)),
      installer: (host) => parts.installer(host),
      boot: bootEyes(parts),
    },
    hands: {
      insertMedia(host, prove) {
        const url = media?.imageUrl(host);
        if (url === undefined) return Promise.resolve(refused('NO_BOOT_SERVER', 'nobody serves an image'));
        return verb(host, prove, (bmc, signal) => bmc.insertMedia(url, ours(host), signal));
      },
      ejectMedia: (host, prove) => verb(host, prove, (bmc, signal) => bmc.ejectMedia(ours(host), signal)),
      repositoryUrl: (host) => media?.treeUrl(host),
      // The installer must be booted in the mode of the system it upgrades.
      setBootOnce: (host, target, prove) =>
        verb(host, prove, (bmc, signal) => bmc.setBootOnce(target, parts.firmwareOf(host), signal)),
      clearBootOverride: (host, prove) => verb(host, prove, (bmc, signal) => bmc.clearBootOverride(signal)),
      powerOn: (host, prove) => verb(host, prove, (bmc, signal) => bmc.setPower('On', signal)),
      powerOff: (host, prove) => verb(host, prove, (bmc, signal) => bmc.setPower('Off', signal)),
    },
  };
}

function bootEyes(parts: MachinesParts): BootEyes {
  return {
    named: (host) => {
      const settings = parts.settingsOf(host);
      if (settings === undefined) return undefined;
      return { address: settings.address, place: placeOf(settings.address), settings: JSON.stringify(settings) };
    },
    ask: async (host) => bmcAnswer(await look(parts, host)),
    readmit: (host) => parts.reopen(host),
    offers: parts.offers,
    imageScheme: parts.imageScheme,
  };
}

/** That an address makes no sense is told by whoever opens it. */
function placeOf(address: string): BmcPlace | undefined {
  try {
    const place = parseBmcAddress(address, { allowPlaintext: true });
    return { host: hostOf(place), system: place.protocol === 'redfish' ? place.system : '' };
  } catch (error) {
    if (!(error instanceof BmcError)) throw error;
    return undefined;
  }
}

async function outcomeOf(
  parts: MachinesParts,
  host: string,
  work: (bmc: OperatedBmc, signal: AbortSignal) => Promise<unknown>,
): Promise<Outcome> {
  try {
    const bmc = await parts.bmcOf(host);
    if (bmc === undefined) return refused('NO_BMC', 'the manifest names no BMC of this host');
    await work(bmc, new AbortController().signal);
    return accepted;
  } catch (error) {
    if (!(error instanceof BmcError)) throw error;
    return error.ambiguous ? { kind: 'Ambiguous', why: error.message } : refused(error.reason || error.kind, advised(error));
  }
}

function refused(code: string, text: string): Outcome {
  return { kind: 'Refused', code, text };
}
