// What a host's BMC and what is wanted of it say against each other. The CRD has the same rules for API servers.
import type { BmcSettings, HostSettings, PoolUpgradeSpec } from './generated/poolUpgrade';
import type { FieldPath, Finding } from './problem';

export function contradictingBmcs({ hosts = [] }: PoolUpgradeSpec): readonly Finding[] {
  return hosts.flatMap((host, index) => [...boot(host, ['spec', 'hosts', index]), ...ways(host, ['spec', 'hosts', index])]);
}

const byIpmi = ({ address }: BmcSettings): boolean => address.startsWith('ipmi://');

function boot({ bmc, boot: wanted }: HostSettings, at: FieldPath): readonly Finding[] {
  if (wanted?.method !== 'VirtualMedia') return [];
  const path = [...at, 'boot', 'method'];
  if (bmc === undefined) return [{ path, found: 'VirtualMedia without a BMC', expected: 'a bmc beside it, or another method' }];
  if (!byIpmi(bmc)) return [];
  const found = 'VirtualMedia with a BMC at ipmi://, which has no virtual media';
  return [{ path, found, expected: 'redfish+https, or another method' }];
}

function ways({ bmc }: HostSettings, at: FieldPath): readonly Finding[] {
  if (bmc === undefined) return [];
  const { fallback, ipmi } = bmc;
  if (byIpmi(bmc)) {
    const expected = 'an address of redfish+https that it stands in for, or no fallback';
    return fallback === undefined ? [] : [{ path: [...at, 'bmc', 'fallback'], found: 'a fallback beside ipmi://', expected }];
  }
  if (ipmi === undefined || fallback !== undefined) return [];
  const found = 'ipmi beside a BMC that is spoken to by Redfish alone';
  return [{ path: [...at, 'bmc', 'ipmi'], found, expected: 'an address of ipmi://, a fallback, or neither' }];
}
