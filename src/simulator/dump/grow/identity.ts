// New identities for cloned objects. Every reference, uuid, MAC and address of the originals gets a counterpart, and each is replaced wherever it stands
// in the clones: also in the middle of a text (a VM's last boot record, the key of a lock), where the real thing keeps them too.
import { text } from '../../pool/recordFields';
import type { DatabaseRecord, FieldValue, LiveDatabase } from '../../pool/liveDatabase';
import { derivedMacTail, derivedRef, derivedUuid } from '../derived';
import type { Closure } from './closure';

/** From what an original calls something to what its clone calls it. */
export type Renaming = ReadonlyMap<string, string>;

/** What may be the name of something: references, uuids, MACs, IPv4 addresses. */
const NAMES =
  /OpaqueRef:[0-9A-Za-z-]+|[0-9a-f]{8}-[0-9a-f]{4}-[0-9a-f]{4}-[0-9a-f]{4}-[0-9a-f]{12}|(?:[0-9a-fA-F]{2}:){5}[0-9a-fA-F]{2}|\d{1,3}(?:\.\d{1,3}){3}/g;

/** What interfaces without hardware of their own show; it is nobody's name. */
const NO_MAC = 'fe:ff:ff:ff:ff:ff';

const IPV4 = /^\d{1,3}(?:\.\d{1,3}){3}$/;

/** @param number of the new host in the pool, counted from 1 */
export function renamingOf(database: LiveDatabase, closure: Closure, number: number, taken: TakenNames): Renaming {
  const names = new Map<string, string>();
  for (const [ref, table] of closure) {
    const record = database.get(table, ref)!;
    names.set(ref, derivedRef(`${ref}#${number}`));
    if (text(record, 'uuid') !== '') names.set(text(record, 'uuid'), derivedUuid(`${text(record, 'uuid')}#${number}`));
    const mac = table === 'PIF' || table === 'VIF' ? text(record, 'MAC') : '';
    if (mac !== '' && mac !== NO_MAC) names.set(mac, freshMac(mac, number, taken.macs));
  }
  for (const address of addressesOf(database, closure)) names.set(address, freshAddress(address, taken.addresses));
  return names;
}

/** The maker's half stays. One name for one MAC: a bond and a VLAN have that of an interface below them. */
function freshMac(mac: string, number: number, taken: Map<string, string>): string {
  const name = `${mac}#${number}`;
  for (let attempt = 0; ; attempt++) {
    const candidate = `${mac.split(':').slice(0, 3).join(':')}:${derivedMacTail(attempt === 0 ? name : `${name}#${attempt}`)}`;
    const owner = taken.get(candidate);
    if (owner === undefined) taken.set(candidate, name);
    if (owner === undefined || owner === name) return candidate;
  }
}

function addressesOf(database: LiveDatabase, closure: Closure): ReadonlySet<string> {
  const found = [...closure].flatMap(([ref, table]) => {
    if (table === 'host') return [text(database.get(table, ref)!, 'address')];
    return table === 'PIF' ? [text(database.get(table, ref)!, 'IP')] : [];
  });
  return new Set(found.filter((address) => address !== ''));
}

/** The next free address after it; adds it to those taken. A name or IPv6 address gets a number at its end. */
function freshAddress(address: string, taken: Set<string>): string {
  const numeric = IPV4.test(address);
  let candidate = address;
  for (let step = 1; candidate === address || taken.has(candidate); step++)
    candidate = numeric ? plus(address, step) : `${address}-${step}`;
  taken.add(candidate);
  return candidate;
}

/** Skips the first and last address of each network of 256. */
function plus(address: string, step: number): string {
  const [a = 0, b = 0, c = 0, d = 0] = address.split('.').map(Number);
  const last = (d - 1 + step) % 254;
  const carry = Math.floor((d - 1 + step) / 254);
  return `${a}.${(b + Math.floor((c + carry) / 256)) % 256}.${(c + carry) % 256}.${last + 1}`;
}

/** What a clone may not be called, because something in the pool is. */
export interface TakenNames {
  /** Every IPv4 address that a host has or talks to. */
  readonly addresses: Set<string>;
  /** MACs, each with who has it. */
  readonly macs: Map<string, string>;
}

export function namesInUse(database: LiveDatabase): TakenNames {
  const records = ['host', 'PIF', 'PBD', 'pool'].flatMap((table) => [...database.records(table).values()]);
  const interfaces = ['PIF', 'VIF'].flatMap((table) => [...database.records(table).values()]);
  return {
    addresses: new Set(JSON.stringify(records).match(/\d{1,3}(?:\.\d{1,3}){3}/g) ?? []),
    macs: new Map(interfaces.map((record) => [text(record, 'MAC'), text(record, 'MAC')])),
  };
}

/** A copy of a record in which everything that was renamed has its new name, in keys too. */
export function renamed(record: DatabaseRecord, names: Renaming): Record<string, FieldValue> {
  return Object.fromEntries(Object.entries(record).map(([field, value]) => [field, renameValue(value, names)]));
}

function renameValue(value: FieldValue, names: Renaming): FieldValue {
  if (typeof value === 'string') return renameText(value, names);
  if (Array.isArray(value)) return (value as readonly FieldValue[]).map((element) => renameValue(element, names));
  if (typeof value !== 'object' || value === null) return value;
  return Object.fromEntries(Object.entries(value).map(([key, each]) => [renameText(key, names), renameValue(each, names)]));
}

function renameText(value: string, names: Renaming): string {
  return names.get(value) ?? value.replace(NAMES, (found) => names.get(found) ?? found);
}
