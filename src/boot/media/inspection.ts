// What an ISO is, as far as booting it goes: the result of looking at it, plain data that can be kept and compared.
import type { FirmwareMode } from '../../bmc/bmc';
import type { VendorWords } from '../arguments/kernelLine';
import type { Extent } from './blockSource';
import type { BootEntry } from './iso/elTorito';
import type { MediaRelease } from './release';

export type ConfigurationKind = 'isolinux' | 'grub';

/** One file that says what is started. */
export interface BootConfiguration {
  readonly kind: ConfigurationKind;
  readonly firmware: FirmwareMode;
  /** Path on the ISO; inside the EFI boot image as `efiboot.img:/EFI/xenserver/grub.cfg`. */
  readonly path: string;
  /** Where its bytes lie on the medium, in the file's order; more than one where a FAT file lies in pieces. */
  readonly extents: readonly Extent[];
  readonly size: number;
  /** In latin1, so that each byte is one character. */
  readonly text: string;
  /** The menu entry that will be started. */
  readonly entry: string;
  /** What stands on that entry's lines. */
  readonly vendor: VendorWords;
  /** Bytes that may be added to the installer's kernel line; the shortest line is `install` alone. */
  readonly room: number;
}

export interface MediaInspection {
  readonly size: number;
  readonly volume: string;
  /** Undefined: the ISO does not say. */
  readonly release: MediaRelease | undefined;
  readonly boot: readonly BootEntry[];
  /** Modes in which it starts the installer by itself through a view; at least one. */
  readonly firmware: readonly FirmwareMode[];
  /** Whether it starts as a disk (a USB stick) too, not only as a CD. */
  readonly bootsAsDisk: boolean;
  readonly configurations: readonly BootConfiguration[];
  /** What a person should know, each a sentence. */
  readonly notes: readonly string[];
}
