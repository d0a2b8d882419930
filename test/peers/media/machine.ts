// One machine of QEMU that starts from a medium and is ended by what it started. No KVM is needed, and no clock decides anything: a machine that hangs is ended
// by the patience of the test.
import { spawn } from 'node:child_process';
import { once } from 'node:events';
import { copyFileSync, mkdtempSync, readFileSync, rmSync } from 'node:fs';
import os from 'node:os';
import path from 'node:path';
import { MAC, UUID } from './bootSite';

const CODE = '/usr/share/OVMF/OVMF_CODE_4M.fd';
const VARIABLES = '/usr/share/OVMF/OVMF_VARS_4M.fd';
const PATIENCE_MS = 100_000;
/** What isa-debug-exit makes of the 0x10 that our kernel writes. */
const DONE = 33;

export interface Wiring {
  readonly firmware: 'BIOS' | 'UEFI';
  /** Options of QEMU that connect the medium, or the network. */
  readonly wiring: readonly string[];
}

/** Media as they are connected; `image` is a file, or a URL that QEMU reads by ranges. */
export const asCd = (image: string): readonly string[] => [
  ...['-drive', `if=none,id=m,media=cdrom,format=raw,readonly=on,file=${image}`],
  ...['-device', 'ide-cd,drive=m,bootindex=0'],
];
export const asUsbCd = (image: string): readonly string[] => [
  ...['-drive', `if=none,id=m,media=cdrom,format=raw,readonly=on,file=${image}`],
  ...['-device', 'qemu-xhci', '-device', 'usb-bot,id=u', '-device', 'scsi-cd,bus=u.0,drive=m,bootindex=0'],
];
export const asUsbDisk = (image: string): readonly string[] => [
  ...['-drive', `if=none,id=m,format=raw,readonly=on,file=${image}`],
  ...['-device', 'qemu-xhci', '-device', 'usb-storage,drive=m,removable=on,bootindex=0'],
];
/**
 * No medium at all: the card is told by DHCP what to start.
 * @param options of QEMU's network, e.g. `tftp=/folder`
 * @param rom whether the card has iPXE on it; without, UEFI firmware starts by itself
 */
export const byNetwork = (bootfile: string, options = '', rom = true): readonly string[] => [
  ...['-boot', 'n', '-netdev', `user,id=n0,bootfile=${bootfile}${options === '' ? '' : `,${options}`}`, '-uuid', UUID],
  ...['-device', `virtio-net-pci,netdev=n0,mac=${MAC}${rom ? '' : ',romfile='}`],
];
/** The same, and where nothing comes of it a CD. */
export const byNetworkThenCd = (bootfile: string, image: string, options = '', rom = true): readonly string[] => [
  ...byNetwork(bootfile, options, rom).slice(2, -1),
  `${byNetwork(bootfile, options, rom).at(-1)!},bootindex=0`,
  ...['-drive', `if=none,id=m,media=cdrom,format=raw,readonly=on,file=${image}`, '-device', 'ide-cd,drive=m,bootindex=1'],
];
/** The EFI image as the firmware's root, the ISO beside it. */
export const asImageAndCd = (efi: string, image: string): readonly string[] => [
  ...[
    '-drive',
    `if=none,id=e,format=raw,readonly=on,file=${efi}`,
    '-device',
    'qemu-xhci',
    '-device',
    'usb-storage,drive=e,bootindex=0',
  ],
  ...['-drive', `if=none,id=m,media=cdrom,format=raw,readonly=on,file=${image}`, '-device', 'ide-cd,drive=m,bootindex=1'],
];

/** @returns what came over the serial port. @throws when our kernel was not started */
export async function startMachine({ firmware, wiring }: Wiring): Promise<string> {
  const folder = mkdtempSync(path.join(os.tmpdir(), 'xenpool-machine-'));
  const serial = path.join(folder, 'serial');
  const common = ['-nodefaults', '-accel', 'tcg', '-m', '512', '-display', 'none', '-serial', `file:${serial}`, '-no-reboot'];
  const exit = ['-device', 'isa-debug-exit,iobase=0xf4,iosize=4'];
  const args = [...common, ...exit, ...(firmware === 'UEFI' ? uefi(folder) : []), ...wiring];
  try {
    const child = spawn('qemu-system-x86_64', args, { stdio: ['ignore', 'ignore', 'pipe'], timeout: PATIENCE_MS });
    const complaints: string[] = [];
    child.stderr.on('data', (piece: Buffer) => complaints.push(piece.toString()));
    const [code, signal] = (await once(child, 'close')) as [number | null, string | null];
    const said = readFileSync(serial, 'latin1');
    if (code === DONE) return said;
    throw new Error(`qemu ended with ${code ?? signal}: ${complaints.join('')}\n${said.slice(-2000)}`);
  } finally {
    rmSync(folder, { recursive: true });
  }
}

/** With variables of its own: none is left from an earlier start. */
function uefi(folder: string): readonly string[] {
  const variables = path.join(folder, 'variables');
  copyFileSync(VARIABLES, variables);
  return [
    '-drive',
    `if=pflash,format=raw,unit=0,readonly=on,file=${CODE}`,
    '-drive',
    `if=pflash,format=raw,unit=1,file=${variables}`,
  ];
}
