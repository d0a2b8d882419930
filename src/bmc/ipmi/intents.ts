// What each verb would send to this BMC by IPMI, as commands of ipmitool: people can try them by hand.
import type { BootTarget } from '../bmc';
import type { Intent } from '../intent';
import { KEEP_FLAGS, writeFlags } from './bootFlags';

export interface Readable {
  /** Whether it tells its power. */
  readonly power: boolean;
  /** Whether it tells its boot flags. */
  readonly flags: boolean;
}

export function intentsOf({ power, flags }: Readable): readonly Intent[] {
  const switched = (to: 'on' | 'off'): string =>
    power ? command(['chassis', 'power', to]) : 'nothing: it does not tell its power';
  const booted = (target: BootTarget): string => (flags ? armed(target) : 'nothing: it does not tell its boot flags');
  const media = 'nothing: IPMI has no virtual media';
  return [
    { verb: 'power On', would: switched('on') },
    { verb: 'power Off', would: switched('off') },
    { verb: 'boot Cd once', would: booted('Cd') },
    { verb: 'boot Pxe once', would: booted('Pxe') },
    { verb: 'insert media', would: media },
    { verb: 'eject media', would: media },
  ];
}

/** The mode is the manifest's to say. */
function armed(target: BootTarget): string {
  const inMode = (mode: 'UEFI' | 'BIOS'): string => `${command(writeFlags(target, mode))} (${mode})`;
  return `${command(KEEP_FLAGS)}, then ${inMode('UEFI')} or ${inMode('BIOS')}`;
}

function command(words: readonly string[]): string {
  return `ipmitool ${words.join(' ')}`;
}
