// What the kernel of the test told on the serial port, and what it should.
import type { Medium } from './medium';

/** What the ISO of the test says to Xen. */
export const XEN = 'dom0_max_vcpus=1-16 dom0_mem=max:8192M com1=115200,8n1 console=com1,vga';

export interface Started {
  readonly xen: string;
  /** Length and hash of each, and its line. */
  readonly modules: readonly string[];
}

/** As the kernel of the test hashes: length and FNV-1a, in hex. */
function fingerprint(bytes: Buffer): string {
  let hash = 2166136261;
  for (const byte of bytes) hash = Math.imul(hash ^ byte, 16777619) >>> 0;
  return `${bytes.length.toString(16).padStart(8, '0')} ${hash.toString(16).padStart(8, '0')}`;
}

/** Boot loaders that put the file's name or URL before its line have it taken off. */
export function readStarted(serial: string): Started {
  const bare = (line: string): string => line.replace(/^(\/|https?:\/\/)\S+ ?/, '').trim();
  const lines = serial.split(/\r?\n/);
  return {
    xen: bare(lines.find((line) => line.startsWith('XEN '))!.slice(4)),
    modules: lines
      .filter((line) => line.startsWith('MODULE '))
      .map((line) => `${line.slice(7, 24)} ${bare(line.slice(25))}`.trim()),
  };
}

/** @param line of the installer's kernel */
export function expectedStart({ vmlinuz, installImg }: Medium, line: string): Started {
  return { xen: XEN, modules: [`${fingerprint(vmlinuz)} ${line}`, fingerprint(installImg)] };
}

/** The vendor's first console is one of ours, and said there. */
export const withVendors = (words: readonly string[]): string =>
  [...['console=hvc0', 'console=tty0'].filter((word) => !words.includes(word)), ...words].join(' ');
