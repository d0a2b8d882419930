// The heart's eyes and hands on machines: its verbs as those of a BMC, and what a BMC says as facts. Whose BMC it is, is asked at every look.
import { type Fact, known, unknown } from '../../foundation/fact';
import {
  type Bmc,
  BmcError,
  type BootOverride,
  type Capabilities,
  type FirmwareMode,
  type MediaSlot,
  type PowerState,
} from '../../bmc/bmc';
import { type ExpectedIdentity, judgeIdentity } from '../../bmc/identity';
import type { Attempt } from '../../bmc/policy/attempts';
import type { InstallerSight, MachineAttempt, MachineSight } from '../../upgrade/machineSight';
import type { MachinePort, Outcome } from '../../upgrade/ports';
import { iso } from '../../upgrade/time';
import { accepted } from '../pool/outcome';
import { offered } from './offered';
import type { OperatedBmc } from './openNamed';

/** The images that hosts boot; hosts by uuid. */
export interface MediaPlace {
  /** Where the image of the host's attempt is fetched from; undefined while nothing is open for it. */
  imageUrl(host: string): string | undefined;
  treeUrl(host: string): string | undefined;
  /** Whose image it is that a BMC names. */
  kindOf(host: string, image: string): 'Ours' | 'Stale' | 'Foreign';
}

export interface MachinesParts {
  /** The BMC that is named for a host, opened; undefined where none is named. @throws BmcError */
  readonly bmcOf: (host: string) => Promise<OperatedBmc | undefined>;
  /** How the manifest says that the host boots; undefined: the BMC is to be asked. */
  readonly firmwareOf: (host: string) => FirmwareMode | undefined;
  /** Whether the host is booted from an image in its virtual drive. */
  readonly needsMedia: (host: string) => boolean;
  /** What the pool or the manifest says of the machine, or what its BMC said when that was proven; Unknown before the pool was seen. */
  readonly expectedOf: (host: string) => Fact<ExpectedIdentity>;
  /** Undefined: nobody serves images. */
  readonly media: MediaPlace | undefined;
  /** What the boot server saw. */
  readonly installer: (host: string) => Promise<Fact<InstallerSight>>;
}

/** Of one object; hosts by uuid. */
export interface Machines {
  readonly eyes: {
    machine(host: string): Promise<Fact<MachineSight>>;
    installer(host: string): Promise<Fact<InstallerSight>>;
  };
  readonly hands: MachinePort;
}

export function createMachines(parts: MachinesParts): Machines {
  const { media } = parts;
  const kindOf: KindOf = (host, image) => media?.kindOf(host, image) ?? 'Foreign';
  const ours =
    (host: string) =>
    (image: string): boolean =>
      kindOf(host, image) !== 'Foreign';
  const verb = (host: string, work: (bmc: Bmc, signal: AbortSignal) => Promise<unknown>): Promise<Outcome> =>
    outcomeOf(parts, host, work);
  return {
    eyes: { machine: (host) => look(parts, host, kindOf), installer: (host) => parts.installer(host) },
    hands: {
      insertMedia(host) {
        const url = media?.imageUrl(host);
        if (url === undefined) return Promise.resolve(refused('NO_BOOT_SERVER', 'nobody serves an image'));
        return verb(host, (bmc, signal) => bmc.insertMedia(url, ours(host), signal));
      },
      ejectMedia: (host) => verb(host, (bmc, signal) => bmc.ejectMedia(ours(host), signal)),
      repositoryUrl: (host) => media?.treeUrl(host),
      // The installer must be booted in the mode of the system it upgrades.
      setBootOnce: (host, target) => verb(host, (bmc, signal) => bmc.setBootOnce(target, parts.firmwareOf(host), signal)),
      clearBootOverride: (host) => verb(host, (bmc, signal) => bmc.clearBootOverride(signal)),
      powerOn: (host) => verb(host, (bmc, signal) => bmc.setPower('On', signal)),
      powerOff: (host) => verb(host, (bmc, signal) => bmc.setPower('Off', signal)),
    },
  };
}

type KindOf = MediaPlace['kindOf'];

async function look(parts: MachinesParts, host: string, kindOf: KindOf): Promise<Fact<MachineSight>> {
  const { signal } = new AbortController();
  try {
    const bmc = await parts.bmcOf(host);
    if (bmc === undefined) return unknown('the manifest names no BMC of this host');
    const expected = parts.expectedOf(host);
    if (!expected.known) return expected;
    const found = await bmc.probe(signal);
    const power = await bmc.power(signal);
    const override = await bmc.boot(signal);
    const slots = found.media === undefined ? undefined : await bmc.media(signal);
    const own = { kindOf: (image: string) => kindOf(host, image), firmware: parts.firmwareOf(host), attempts: bmc.attempts() };
    const sight = sightOf(found, expected.value, { power, override, slots, ...own });
    const why = found.standsIn === true ? halfKnown(sight, parts.needsMedia(host)) : undefined;
    return why === undefined ? known(sight) : unknown(`Redfish does not answer, and by IPMI ${why}`);
  } catch (error) {
    if (!(error instanceof BmcError)) throw error;
    return unknown(`${error.kind}${error.reason === '' ? '' : ` (${error.reason})`}: ${advised(error)}`);
  }
}

/** What the protocol that stands in does not tell is not absent. @returns undefined where it tells enough */
function halfKnown({ identity, withheld }: MachineSight, needsMedia: boolean): string | undefined {
  if (needsMedia) return 'nobody tells of the virtual drive';
  return identity.kind === 'Unproven' ? identity.why : withheld;
}

interface Readings {
  readonly power: PowerState;
  readonly override: BootOverride;
  /** Undefined: it has no drive that may be used. */
  readonly slots: readonly MediaSlot[] | undefined;
  readonly kindOf: (image: string) => ReturnType<KindOf>;
  readonly firmware: FirmwareMode | undefined;
  readonly attempts: readonly Attempt[];
}

function sightOf(found: Capabilities, expected: ExpectedIdentity, readings: Readings): MachineSight {
  const { power, override, slots, kindOf, firmware, attempts } = readings;
  return {
    power,
    identity: identityOf(found, expected),
    override: override.target === 'Hdd' ? 'Other' : override.target,
    media: slots === undefined ? 'Unsupported' : mediaIn(slots, found.media?.slot ?? '', kindOf),
    ...offered(found, override, firmware),
    attempts: attempts.map(told),
  };
}

function identityOf({ identity }: Capabilities, expected: ExpectedIdentity): MachineSight['identity'] {
  const verdict = judgeIdentity(identity, expected);
  const { serial, uuid, macs } = identity;
  if (verdict.kind === 'Proved') return { kind: 'Proven', as: JSON.stringify({ serial, uuid, macs: macs.slice(0, 8) }) };
  return { kind: verdict.kind === 'Contradicted' ? 'Mismatch' : 'Unproven', why: verdict.why };
}

function told({ at, protocol, verb, outcome, reason }: Attempt): MachineAttempt {
  return { at: iso(at), protocol, verb, outcome, reason };
}

/** In the drive that the driver uses. */
function mediaIn(slots: readonly MediaSlot[], own: string, kindOf: (image: string) => ReturnType<KindOf>): MachineSight['media'] {
  const kinds = slots.filter((slot) => slot.slot === own && slot.inserted).map(({ image }) => kindOf(image));
  if (kinds.length === 0) return 'None';
  return kinds.find((kind) => kind !== 'Ours') ?? 'Ours';
}

async function outcomeOf(
  parts: MachinesParts,
  host: string,
  work: (bmc: Bmc, signal: AbortSignal) => Promise<unknown>,
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

/** Where a person says otherwise. */
const FIELDS: Readonly<Record<string, string>> = {
  ModeNeeded: 'say UEFI or BIOS in spec.hosts[].boot.firmware of this host',
  CipherRefused: 'spec.hosts[].bmc.ipmi.cipherSuites says which may be used',
  BootFlagsNotKept: 'a BMC that gives back the device alone wants DeviceOnly in spec.hosts[].bmc.ipmi.bootReadBack',
};

function advised({ reason, message }: BmcError): string {
  return Object.hasOwn(FIELDS, reason) ? `${message}; ${FIELDS[reason]}` : message;
}

function refused(code: string, text: string): Outcome {
  return { kind: 'Refused', code, text };
}
