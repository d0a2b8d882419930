// What the installer takes from its kernel's line (the project's XenServer reference, 5.3).

export interface InstallerLine {
  readonly answers:
    /** It asks a person. */
    | { readonly kind: 'none' }
    /** @param dialogs whether a screen may wait for a key, which `rt_answerfile` rules out */
    | { readonly kind: 'url'; readonly url: string; readonly dialogs: boolean };
  /** `all`, `ethN`, or a MAC in lower case. */
  readonly device: string;
  readonly network: NetworkWish;
  readonly atExit: 'reboot' | 'poweroff';
}

export type NetworkWish =
  | { readonly kind: 'dhcp' }
  | { readonly kind: 'static'; readonly ip: string }
  /** It cannot be read, and the card stays down. */
  | { readonly kind: 'wrong'; readonly text: string };

export function readInstallerLine(words: readonly string[]): InstallerLine {
  const value = (name: string): string | undefined =>
    words.findLast((word) => word.startsWith(`${name}=`))?.slice(name.length + 1);
  const plain = value('rt_answerfile');
  const url = plain ?? value('answerfile');
  return {
    answers: url === undefined ? { kind: 'none' } : { kind: 'url', url, dialogs: plain === undefined },
    device: (value('network_device') ?? value('answerfile_device') ?? 'all').toLowerCase(),
    network: networkOf(value('network_config') ?? 'dhcp'),
    atExit: value('atexit') === 'poweroff' ? 'poweroff' : 'reboot',
  };
}

function networkOf(text: string): NetworkWish {
  if (/^dhcp(:vlan=\d+)?$/.test(text)) return { kind: 'dhcp' };
  const parts = new Map(
    text
      .replace(/^static:/, '')
      .split(';')
      .map((part) => part.split('=') as [string, string]),
  );
  const ip = parts.get('ip');
  const whole = text.startsWith('static:') && ip !== undefined && parts.has('netmask');
  return whole ? { kind: 'static', ip } : { kind: 'wrong', text };
}

/** Whether a card of the machine is meant. @param macs in lower case */
export function hasDevice({ device }: InstallerLine, macs: readonly string[]): boolean {
  if (device === 'all') return true;
  const number = /^eth(\d+)$/.exec(device)?.[1];
  return number === undefined ? macs.includes(device) : Number(number) < macs.length;
}
