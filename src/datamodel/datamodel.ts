// What XenAPI offers: classes, fields and messages, each with the release it appeared in. The client asks it what it may call, the simulator what it
// must serve. The table behind it is generated from the xen-api project's own datamodel (see generated/README.md).
import table from './generated/table.json';
import { laterRelease, releaseRank } from './releases';

export { releaseRank } from './releases';

/** Who may set a field: nobody, only the constructor, or everyone through `set_…`. */
export type Qualifier = 'RO/runtime' | 'RO/constructor' | 'RW';

export interface Field {
  readonly name: string;
  /** As the datamodel writes it: `string`, `int`, `bool`, `float`, `datetime`, `VM ref`, `VM ref set`, `(string -> string) map`, `enum vm_power_state`. */
  readonly type: string;
  readonly since: string;
  /** The release that marked it removed. XAPI goes on serving such a field in records (seen in xapi 23.9.0: VM.is_snapshot_from_vmpp), so this hides nothing. */
  readonly removed?: string;
  readonly qualifier: Qualifier;
  /** The value of a row that does not set it, in the datamodel's notation: `{}`, `""`, `false`, `0.`, `OpaqueRef:NULL`, `19700101T00:00:00Z`, a bare word for an enum. */
  readonly default?: string;
}

export interface Parameter {
  readonly name: string;
  readonly type: string;
  /** The release it was added in, where that is later than its message's or where it is optional. */
  readonly since?: string;
  /** May be left out at the end of a call. */
  readonly optional?: boolean;
}

export interface Message {
  readonly name: string;
  /** Without the session. */
  readonly params: readonly Parameter[];
  /** `void` when nothing is returned. */
  readonly result: string;
  /** Whether the session reference comes as the first argument. */
  readonly session: boolean;
  readonly since: string;
  /** The first release that no longer carries it out. */
  readonly until?: string;
}

type FieldRow = [name: string, type: string, since: string, qualifier: Qualifier, initial?: string | null, removed?: string];
type ParameterRow = [name: string, type: string, since?: string, optional?: number];
type MessageRow = [name: string, result: string, since: string, session: number, params: ParameterRow[], until?: string];
type EnumRow = [name: string, ...members: string[]];
interface ClassRows {
  readonly since: string;
  readonly fields: readonly FieldRow[];
  readonly messages: readonly MessageRow[];
  readonly enums: readonly EnumRow[];
}
interface XenClass {
  readonly since: string;
  readonly fields: ReadonlyMap<string, Field>;
  readonly messages: ReadonlyMap<string, Message>;
}

/** An item is never older than its class: the datamodel dates some items (most `uuid`s) by the field's kind instead. */
function fieldOf(row: FieldRow, classSince: string): Field {
  const [name, type, since, qualifier, initial, removed] = row;
  return {
    name,
    type,
    since: laterRelease(since, classSince),
    qualifier,
    ...(initial === undefined || initial === null ? {} : { default: initial }),
    ...(removed === undefined ? {} : { removed }),
  };
}

function parameterOf([name, type, since, optional]: ParameterRow): Parameter {
  return since === undefined ? { name, type } : { name, type, since, optional: optional === 1 };
}

function messageOf(row: MessageRow, classSince: string): Message {
  const [name, result, since, session, params, until] = row;
  return {
    name,
    result,
    since: laterRelease(since, classSince),
    session: session === 1,
    params: params.map(parameterOf),
    ...(until === undefined ? {} : { until }),
  };
}

function classOf({ since, fields, messages }: ClassRows): XenClass {
  return {
    since,
    fields: new Map(fields.map((row) => [row[0], fieldOf(row, since)])),
    messages: new Map(messages.map((row) => [row[0], messageOf(row, since)])),
  };
}

const rows = Object.entries(table as unknown as Readonly<Record<string, ClassRows>>);
const classes: ReadonlyMap<string, XenClass> = new Map(rows.map(([name, cls]) => [name, classOf(cls)]));
const enums: ReadonlyMap<string, readonly string[]> = new Map(
  rows.flatMap(([, cls]) => cls.enums.map(([name, ...members]): [string, string[]] => [name, members])),
);
const fieldLists: ReadonlyMap<string, readonly Field[]> = new Map(
  [...classes].map(([name, cls]) => [name, [...cls.fields.values()]]),
);

/** All classes, in the datamodel's order. */
export function classNames(): readonly string[] {
  return [...classes.keys()];
}

/** The release a class appeared in; undefined for a class that does not exist. */
export function classSince(cls: string): string | undefined {
  return classes.get(cls)?.since;
}

/** All fields a class ever had; empty for a class that does not exist. Internal fields of the database (`PIF.device_name`) are not among them. */
export function fieldsOf(cls: string): readonly Field[] {
  return fieldLists.get(cls) ?? [];
}

export function field(cls: string, name: string): Field | undefined {
  return classes.get(cls)?.fields.get(name);
}

/** A message of a class, written (`evacuate`) or implied by the fields (`get_record`, `add_to_other_config`). `Async.` and `Internal.` forms have none of their own. */
export function message(cls: string, name: string): Message | undefined {
  return classes.get(cls)?.messages.get(name);
}

/** Messages of a class in the datamodel's order; empty for a class that does not exist. */
export function messagesOf(cls: string): readonly Message[] {
  return [...(classes.get(cls)?.messages.values() ?? [])];
}

/** The values of an enumeration, by the name that follows `enum` in a type; undefined when there is no such enumeration. */
export function enumMembers(name: string): readonly string[] | undefined {
  return enums.get(name);
}

/**
 * Whether a host of that release serves a field or carries out a message.
 * @param release codename or xapi version. @throws Error when it is none
 */
export function servedBy(item: { readonly since: string; readonly until?: string }, release: string): boolean {
  const rank = releaseRank(release);
  return rank >= releaseRank(item.since) && (item.until === undefined || rank < releaseRank(item.until));
}

/** The parameters a host of that release takes for a message, in order. The last of them may be left out as far as they are optional. */
export function paramsServedBy(of: Message, release: string): readonly Parameter[] {
  return of.params.filter((param) => param.since === undefined || servedBy({ since: param.since }, release));
}
