// The heart's eyes and hands on machines: its verbs as those of a BMC, and what a BMC says as facts.
import type { BmcSettings } from '../../api/generated/poolUpgrade';
import { hostOf, parseBmcAddress } from '../../bmc/address';
import { type Bmc, BmcError, type FirmwareMode } from '../../bmc/bmc';
import type { ExpectedIdentity } from '../../bmc/identity';
import type { Clock } from '../../foundation/clock';
import type { Fact } from '../../foundation/fact';
import type { BmcPlace } from '../../plan/checks/bootTraits';
import type { InstallerSight, MachineSight } from '../../upgrade/machineSight';
import type { MachinePort, Outcome, Prove } from '../../upgrade/ports';
import { accepted } from '../pool/outcome';
import type { BootEyes } from './bootInspection';
import { advised } from './advice';
import { bmcAnswer, look, machineFact } from './looking';
import type { OperatedBmc } from './openNamed';

/** The images that hosts boot; hosts by uuid. */
export interface MediaPlace {
  /** Where the image of the host's attempt is fetched from; undefined while nothing is open for it. */
  imageUrl(host: string): string | undefined;
  treeUrl(host: string): string | undefined;
  /** Whose image it is that a BMC names. */
  kindOf(host: string, image: string): 'Ours' | 'Stale' | 'Foreign';
}

/** Hosts of the pool by uuid, whether they are of the run yet or not. */
export interface MachinesParts {
  /** The BMC that is named for a host, opened; undefined where none is named. @throws BmcError */
  readonly bmcOf: (host: string) => Promise<OperatedBmc | undefined>;
  /** How the manifest says that the host boots; undefined: the BMC is to be asked. */
  readonly firmwareOf: (host: string) => FirmwareMode | undefined;
  /** Whether the host is booted from an image in its virtual drive. */
  readonly needsMedia: (host: string) => boolean;
  /** What the manifest says of a host's BMC; undefined where it names none. */
  readonly settingsOf: (host: string) => BmcSettings | undefined;
  /** The next one who asks for the BMC of a host opens it anew. */
  readonly reopen: (host: string) => void;
  /** What the pool or the manifest says of the machine, or what its BMC said when that was proven; Unknown before the pool was seen. */
  readonly expectedOf: (host: string) => Fact<ExpectedIdentity>;
  /** Undefined: nobody serves images. */
  readonly media: MediaPlace | undefined;
  /** What the boot server has to offer; undefined: there is none. */
  readonly offers: BootEyes['offers'];
  /** Scheme of the images' URLs; undefined: there is no boot server, or nobody knows its address. */
  readonly imageScheme: BootEyes['imageScheme'];
  /** What the boot server saw. */
  readonly installer: (host: string) => Promise<Fact<InstallerSight>>;
  readonly clock: Clock;
}

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
