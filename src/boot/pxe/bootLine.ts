// The command lines of an installer that is started over the network: the vendor's words as they stand on the medium, and ours. Three boot loaders with three ways
// to quote read them, so a word of the vendor that any of them could read as more than a word is refused, and the machine boots its disk.
import { ArgumentsRefused } from '../arguments/argumentsRefused';
import { type AnswerAt, type InstallerArguments, installerWords } from '../arguments/installerArguments';
import { cutOff, kernelWords, type VendorWords } from '../arguments/kernelLine';

export interface Told {
  readonly answer: AnswerAt;
  readonly arguments: InstallerArguments;
  /** Of the medium. */
  readonly vendor: VendorWords;
}

/** Letters, digits and what means nothing to iPXE (`$`), GRUB (`;`, quotes, `{`), pxelinux or Linux (`"`). */
const WORD = /^[A-Za-z0-9_.,:=@%+/~-]{1,200}$/;
/** Parts the modules on a line of mboot.c32. */
const SEPARATOR = '---';

/** Words for Xen. @throws ArgumentsRefused */
export function xenLine({ vendor }: Told): readonly string[] {
  return vendor.xen.map((word) => checked('Xen', word));
}

/** Words for the kernel, ours possibly with semicolons, which GRUB must be given quoted. @throws ArgumentsRefused */
export function kernelLine({ answer, arguments: said, vendor }: Told): readonly string[] {
  const ours = installerWords(said, answer);
  const words = kernelWords(
    vendor.kernel.map((word) => checked("the installer's kernel", word)),
    ours,
  );
  const why = cutOff(words);
  if (why !== undefined) throw new ArgumentsRefused(why);
  return words;
}

function checked(whose: string, word: string): string {
  if (WORD.test(word) && word !== SEPARATOR) return word;
  const shown = JSON.stringify(word.slice(0, 80).replace(/\p{C}/gu, '?'));
  throw new ArgumentsRefused(
    `the medium says ${shown} to ${whose}, which not all boot loaders read alike; use boot method VirtualMedia`,
  );
}
