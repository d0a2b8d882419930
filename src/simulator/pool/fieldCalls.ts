// The calls every class has by its fields: records, getters, setters, look-ups. Which of them exist in this release the dispatcher has already asked
// the datamodel.
import { ApiError } from './apiError';
import { type Call, type Handler, mapArgument, refArgument, textArgument, VOID } from './call';
import type { DatabaseRecord, FieldValue, Ref } from './liveDatabase';
import { list, map, recordOf, text, without } from './recordFields';
import type { Xapi } from './xapi';

/** A handler for a call that no file handles by name; undefined for one that is not about a field. */
export function fieldHandler(xapi: Xapi, call: Call): Handler | undefined {
  return wholeRecords(xapi)[call.name] ?? accessor(xapi, call);
}

function wholeRecords(xapi: Xapi): Readonly<Record<string, Handler | undefined>> {
  const { database, served } = xapi;
  return {
    get_all: ({ cls }) => [...database.records(cls).keys()],
    get_all_records: ({ cls }) => recordsWhere(xapi, cls, () => true),
    get_all_records_where: (call) => recordsWhere(xapi, call.cls, parseExpression(textArgument(call, 0))),
    get_record: (call) => served.record(call.cls, recordOf(database, call.cls, refArgument(call, 0))),
    get_by_uuid: (call) => byUuid(xapi, call.cls, textArgument(call, 0)),
    get_by_name_label: (call) => byName(xapi, call.cls, textArgument(call, 0)),
  };
}

function recordsWhere(xapi: Xapi, cls: string, accept: (record: DatabaseRecord) => boolean): FieldValue {
  const records = [...xapi.database.records(cls)].map(([ref, raw]): [Ref, DatabaseRecord] => [ref, xapi.served.record(cls, raw)]);
  return Object.fromEntries(records.filter(([, record]) => accept(record)));
}

const CONDITION = /^\(?\s*field "+(\w+)"+\s*=\s*"([^"]*)"\s*\)?$/;

/** Understands `true` and equalities joined by `and`: what clients ask for in practice. @throws ApiError INVALID_VALUE for anything else */
function parseExpression(expression: string): (record: DatabaseRecord) => boolean {
  if (expression.trim() === 'true') return () => true;
  const conditions = expression.split(' and ').map((part) => CONDITION.exec(part.trim()));
  if (conditions.includes(null)) throw new ApiError('INVALID_VALUE', 'expr', expression);
  return (record) => conditions.every((condition) => String(record[condition![1]!.replaceAll('__', '_')]) === condition![2]);
}

function byUuid(xapi: Xapi, cls: string, uuid: string): Ref {
  const found = xapi.database.byUuid(cls, uuid);
  if (found === undefined) throw new ApiError('UUID_INVALID', cls, uuid);
  return found.ref;
}

function byName(xapi: Xapi, cls: string, label: string): FieldValue {
  return [...xapi.database.records(cls)].filter(([, record]) => text(record, 'name_label') === label).map(([ref]) => ref);
}

type Change = (xapi: Xapi, call: Call, field: string) => FieldValue;

/** In the order they are tried: `add_to_x` is no `add_x` of a field `to_x`. */
const ACCESSORS: readonly (readonly [prefix: string, act: Change])[] = [
  ['get_', get],
  ['set_', set],
  ['add_to_', addToMap],
  ['remove_from_', removeFromMap],
  ['add_', addToSet],
  ['remove_', removeFromSet],
];

function accessor(xapi: Xapi, call: Call): Handler | undefined {
  const known = new Set(xapi.served.fieldsOf(call.cls).map(({ name }) => name));
  const found = ACCESSORS.find(([prefix]) => call.name.startsWith(prefix) && known.has(call.name.slice(prefix.length)));
  if (found === undefined) return undefined;
  const [prefix, act] = found;
  return () => act(xapi, call, call.name.slice(prefix.length));
}

function get({ database, served }: Xapi, call: Call, field: string): FieldValue {
  return served.record(call.cls, recordOf(database, call.cls, refArgument(call, 0)))[field] ?? VOID;
}

function current(xapi: Xapi, call: Call): DatabaseRecord {
  return recordOf(xapi.database, call.cls, refArgument(call, 0));
}

function write(xapi: Xapi, call: Call, field: string, value: FieldValue): FieldValue {
  xapi.database.update(call.cls, refArgument(call, 0), { [field]: value });
  return VOID;
}

function set(xapi: Xapi, call: Call, field: string): FieldValue {
  current(xapi, call);
  return write(xapi, call, field, call.args[1] ?? mapArgument(call, 1));
}

/** The one test-and-set that XenAPI has. @throws ApiError MAP_DUPLICATE_KEY */
function addToMap(xapi: Xapi, call: Call, field: string): FieldValue {
  const pairs = map(current(xapi, call), field);
  const key = textArgument(call, 1);
  if (pairs[key] !== undefined) throw new ApiError('MAP_DUPLICATE_KEY', call.cls, field, refArgument(call, 0), key);
  return write(xapi, call, field, { ...pairs, [key]: textArgument(call, 2) });
}

function removeFromMap(xapi: Xapi, call: Call, field: string): FieldValue {
  const pairs = map(current(xapi, call), field);
  const key = textArgument(call, 1);
  return pairs[key] === undefined ? VOID : write(xapi, call, field, without(pairs, key));
}

function addToSet(xapi: Xapi, call: Call, field: string): FieldValue {
  const items = list(current(xapi, call), field);
  const item = textArgument(call, 1);
  return items.includes(item) ? VOID : write(xapi, call, field, [...items, item]);
}

function removeFromSet(xapi: Xapi, call: Call, field: string): FieldValue {
  const items = list(current(xapi, call), field);
  return write(
    xapi,
    call,
    field,
    items.filter((item) => item !== textArgument(call, 1)),
  );
}
