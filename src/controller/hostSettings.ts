// What a manifest says of one host, by its name or its uuid.
import type { HostSettings, PoolUpgrade } from '../api/generated/poolUpgrade';
import type { FirmwareMode } from '../bmc/bmc';

export interface HostName {
  readonly uuid: string;
  readonly name: string;
}

export function settingsOf({ spec }: PoolUpgrade, { uuid, name }: HostName): HostSettings | undefined {
  return spec.hosts?.find((entry) => entry.name === name || entry.name === uuid);
}

/** How the host boots; undefined: it is left open. */
export function firmwareOf(object: PoolUpgrade, host: HostName): FirmwareMode | undefined {
  const firmware = settingsOf(object, host)?.boot?.firmware ?? object.spec.boot.firmware;
  return firmware === 'Auto' ? undefined : firmware;
}
