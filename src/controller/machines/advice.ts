// What a BMC refused, with the field of the manifest by which a person can change that.
import type { BmcError } from '../../bmc/bmc';

/** Where a person says otherwise. */
const FIELDS: Readonly<Record<string, string>> = {
  ModeNeeded: 'say UEFI or BIOS in spec.hosts[].boot.firmware of this host',
  CipherRefused: 'spec.hosts[].bmc.ipmi.cipherSuites says which may be used',
  BootFlagsNotKept: 'a BMC that gives back the device alone wants DeviceOnly in spec.hosts[].bmc.ipmi.bootReadBack',
};

export function advised({ reason, message }: BmcError): string {
  return Object.hasOwn(FIELDS, reason) ? `${message}; ${FIELDS[reason]}` : message;
}
