// Who a machine must be for its BMC to be believed: by the manifest, by what the pool shows of the host, and, while the pool is silent, by what the BMC said of
// itself when that was proven last.
import type { BmcSettings } from '../../api/generated/poolUpgrade';
import { type Fact, known, unknown } from '../../foundation/fact';
import type { ExpectedIdentity } from '../../bmc/identity';
import type { RunState } from '../../upgrade/state';
import type { Records } from '../pool/records';
import { refOf } from '../pool/records';

export interface KnownHost {
  readonly uuid: string;
  readonly name: string;
  /** What its BMC said of itself when that was proven last. */
  readonly machine: string | undefined;
}

/** A host of the run, or, while there is none yet, of the pool. @throws Error for one that is of neither: a bug of who asks */
export function knownHost(state: Pick<RunState, 'hosts'> | undefined, records: Records | undefined, uuid: string): KnownHost {
  const host = state?.hosts.find((entry) => entry.uuid === uuid);
  if (host !== undefined) return { uuid, name: host.name, machine: host.evidence.machine };
  const record = [...(records?.('host').values() ?? [])].find((entry) => entry.uuid === uuid);
  if (record === undefined) throw new Error(`a machine was asked for that is neither of the run nor of the pool: ${uuid}`);
  return { uuid, name: record.name_label, machine: undefined };
}

/** Classes that are read here. */
export const IDENTITY_CLASSES = ['host', 'PIF'] as const;

/**
 * @param records undefined: the pool was not seen yet
 * @param remembered evidence `machine` of the host, as the heart kept it
 */
export function expectedIdentity(
  records: Records | undefined,
  host: string,
  named: Pick<BmcSettings, 'expectedSerial' | 'expectedUUID'> | undefined,
  remembered: string | undefined,
): Fact<ExpectedIdentity> {
  const word = wordOf(named);
  const shown = records === undefined ? undefined : shownOf(records, host);
  if (shown !== undefined) return known({ ...shown, ...word });
  if (remembered !== undefined) return known({ ...(JSON.parse(remembered) as ExpectedIdentity), ...word });
  return unknown('the pool was not seen yet, so that nobody knows whose BMC it is');
}

/** Undefined for a host that the pool does not have. */
function shownOf(records: Records, host: string): ExpectedIdentity | undefined {
  const ref = refOf(records, 'host', host);
  const record = ref === undefined ? undefined : records('host').get(ref);
  if (record === undefined) return undefined;
  // Old releases have no such field.
  const serial = (record.bios_strings as Readonly<Record<string, string>> | undefined)?.['system-serial-number'];
  const physical = [...records('PIF').values()].filter((pif) => pif.host === ref && pif.physical);
  return { ...(serial === undefined ? {} : { serial }), macs: physical.map(({ MAC }) => MAC) };
}

/** A person's word outweighs what the pool shows: firmware shows placeholders. */
function wordOf(named: Pick<BmcSettings, 'expectedSerial' | 'expectedUUID'> | undefined): ExpectedIdentity {
  return {
    ...(named?.expectedSerial === undefined ? {} : { serial: named.expectedSerial }),
    ...(named?.expectedUUID === undefined ? {} : { uuid: named.expectedUUID }),
  };
}
