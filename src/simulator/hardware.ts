// What a machine's firmware and its BMC say of its identity, so that it agrees with what the pool's database has of the host.
import type { ChassisIdentity } from './bmc/chassis';
import { derivedUuid } from './dump/derived';
import type { LiveDatabase, Ref } from './pool/liveDatabase';
import { map, text } from './pool/recordFields';

/** Serial number as in `bios_strings`; made up where the database has none. Network cards: the physical interfaces, the one of the management first. */
export function identityOf(database: LiveDatabase, host: Ref): ChassisIdentity {
  const record = database.get('host', host) ?? {};
  const uuid = derivedUuid(`machine of ${text(record, 'uuid')}`);
  const bios = map(record, 'bios_strings');
  const own = [...database.records('PIF').values()].filter((pif) => pif['host'] === host && pif['physical'] !== false);
  const cards = own.sort((one, other) => Number(other['management'] === true) - Number(one['management'] === true));
  return {
    manufacturer: '',
    model: '',
    serial: bios['system-serial-number'] || uuid.slice(0, 8).toUpperCase(),
    uuid,
    macs: [...new Set(cards.map((pif) => text(pif, 'MAC').toLowerCase()))].filter((mac) => mac !== ''),
  };
}
