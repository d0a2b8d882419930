// The heart's eyes and hands on machines: its verbs as those of a BMC, and what a BMC says as facts. Whose BMC it is, is asked at every look.
import { type Fact, known, unknown } from '../../foundation/fact';
import { type Bmc, BmcError, type BootOverride, type Capabilities, type MediaSlot, type PowerState } from '../../bmc/bmc';
import { type ExpectedIdentity, judgeIdentity } from '../../bmc/identity';
import type { InstallerSight, MachineSight } from '../../upgrade/machineSight';
import type { MachinePort, Outcome } from '../../upgrade/ports';
import { accepted } from '../pool/outcome';

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
  readonly bmcOf: (host: string) => Promise<Bmc | undefined>;
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
      // The firmware keeps the mode it has: the installer must be booted in that of the system it upgrades.
      setBootOnce: (host, target) => verb(host, (bmc, signal) => bmc.setBootOnce(target, undefined, signal)),
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
    return known(sightOf(found, expected.value, { power, override, slots, kindOf: (image) => kindOf(host, image) }));
  } catch (error) {
    if (!(error instanceof BmcError)) throw error;
    return unknown(`${error.kind}${error.reason === '' ? '' : ` (${error.reason})`}: ${error.message}`);
  }
}

interface Readings {
  readonly power: PowerState;
  readonly override: BootOverride;
  /** Undefined: it has no drive that may be used. */
  readonly slots: readonly MediaSlot[] | undefined;
  readonly kindOf: (image: string) => ReturnType<KindOf>;
}

function sightOf(found: Capabilities, expected: ExpectedIdentity, { power, override, slots, kindOf }: Readings): MachineSight {
  const { targets } = found.bootOnce;
  return {
    power,
    identity: identityOf(found, expected),
    override: override.target === 'Hdd' ? 'Other' : override.target,
    media: slots === undefined ? 'Unsupported' : mediaIn(slots, found.media?.slot ?? '', kindOf),
    targets: targets.filter((target) => target === 'Cd' || target === 'Pxe'),
  };
}

function identityOf({ identity }: Capabilities, expected: ExpectedIdentity): MachineSight['identity'] {
  const verdict = judgeIdentity(identity, expected);
  const { serial, uuid, macs } = identity;
  if (verdict.kind === 'Proved') return { kind: 'Proven', as: JSON.stringify({ serial, uuid, macs: macs.slice(0, 8) }) };
  return { kind: verdict.kind === 'Contradicted' ? 'Mismatch' : 'Unproven', why: verdict.why };
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
    return error.ambiguous ? { kind: 'Ambiguous', why: error.message } : refused(error.reason || error.kind, error.message);
  }
}

function refused(code: string, text: string): Outcome {
  return { kind: 'Refused', code, text };
}
