// What the eyes and hands on machines are made of: everything they need to know of pool, manifest and boot server, asked when it is needed.
import type { BmcSettings } from '../../api/generated/poolUpgrade';
import type { FirmwareMode } from '../../bmc/bmc';
import type { ExpectedIdentity } from '../../bmc/identity';
import type { Clock } from '../../foundation/clock';
import type { Fact } from '../../foundation/fact';
import type { InstallerSight } from '../../upgrade/machineSight';
import type { BootEyes } from './bootInspection';
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
