// Flags that are about booting, of whatever command has them: how hosts reach their installers, how machines start, which hosts have a BMC, and who answers a network
// card.
import { BOOT_METHODS, type BootMethod } from '../api/poolUpgrade';
import { BMC_FAMILIES } from '../simulator/bmc/profiles';
import type { PoolHost } from '../simulator/dump';
import type { ServedBmc } from '../simulator/servers/settings';
import { FIRMWARE_MODES, type FirmwareMode } from '../simulator/world';
import { Complaint } from './simulatorPool';

/** As they stand on the command line. */
export interface BootFlags {
  readonly bmc: readonly string[];
  readonly firmware?: string;
  readonly bootServer?: string;
}

/** `FAMILY` for all hosts, `HOST=FAMILY` for one; what is said last holds. @throws Complaint */
export function readBmcs(specs: readonly string[], hosts: readonly PoolHost[]): readonly ServedBmc[] {
  const families = new Map<string, string>();
  for (const spec of specs) {
    const [, name, profile = ''] = /^(?:([^=]+)=)?([^=]+)$/.exec(spec) ?? [];
    const meant = name === undefined ? hosts : hosts.filter((host) => host.name === name || host.uuid === name);
    if (meant.length === 0)
      throw new Complaint(
        `--bmc ${spec}: found no host ${name ?? ''}, expected one of ${hosts.map((host) => host.name).join(', ')}`,
      );
    if (!BMC_FAMILIES.includes(profile))
      throw new Complaint(`--bmc ${spec}: expected [HOST=]FAMILY, with one of ${BMC_FAMILIES.join(', ')}`);
    for (const host of meant) families.set(host.name, profile);
  }
  const named = hosts.map(({ name }) => ({ host: name, profile: families.get(name) }));
  return named.filter((one): one is ServedBmc => one.profile !== undefined);
}

/** @throws Complaint */
export function readFirmware(text: string): FirmwareMode {
  const mode = findFirmware(text);
  if (mode === undefined) throw new Complaint(unknownFirmware(text));
  return mode;
}

/** In capitals or not. */
export function findFirmware(text: string): FirmwareMode | undefined {
  return FIRMWARE_MODES.find((mode) => mode === text.toUpperCase());
}

export function unknownFirmware(text: string): string {
  return `--firmware ${text}: expected one of ${FIRMWARE_MODES.join(', ')}`;
}

export function findBootMethod(text: string): BootMethod | undefined {
  return BOOT_METHODS.find((name) => name === text);
}

export function unknownBootMethod(text: string): string {
  return `--boot-method ${text}: expected one of ${BOOT_METHODS.join(', ')}`;
}

/** @returns without a slash at the end. @throws Complaint */
export function readBootServer(text: string): string {
  const url = URL.canParse(text) ? new URL(text) : undefined;
  const loopback = url !== undefined && /^(127(\.\d{1,3}){3}|localhost|\[::1\])$/.test(url.hostname);
  if (loopback && (url.protocol === 'http:' || url.protocol === 'https:')) return text.replace(/\/+$/, '');
  throw new Complaint(`--boot-server ${text}: expected an http or https URL of this machine, e.g. http://127.0.0.1:8080`);
}
