// How two answers to one call differ in form, values aside: envelope, error, names of fields, how each value is written. One sentence a difference.
import type { Answer } from './answer';
import type { WireNode } from './wireTree';

/** What a result is: decides which names count as fields of the protocol and which are data. */
export type Role = 'value' | 'record' | 'records' | 'events';

export function roleOf(method: string): Role {
  const name = method.slice(method.indexOf('.') + 1);
  if (method === 'event.from') return 'events';
  if (name.startsWith('get_all_records')) return 'records';
  return name === 'get_record' ? 'record' : 'value';
}

/** @param translate makes of a recorded reference or uuid the simulated one, as far as it is known */
export function differences(real: Answer, simulated: Answer, role: Role, translate: (text: string) => string): string[] {
  if ((real.error === undefined) !== (simulated.error === undefined))
    return [`expected ${outcome(real)}, found ${outcome(simulated)}`];
  const found = errors((real.error ?? []).map(translate), simulated.error ?? []);
  if (found.length > 0) return found;
  if (real.envelope !== simulated.envelope) return [`envelope: expected ${real.envelope}, found ${simulated.envelope}`];
  if (real.page !== simulated.page) return [`expected the page ${String(real.page)}, found ${String(simulated.page)}`];
  return real.value === undefined || simulated.value === undefined ? [] : values(real.value, simulated.value, role);
}

function outcome({ error, value }: Answer): string {
  return error === undefined ? `a value (${value?.kind ?? 'page'})` : `the error ${error[0] ?? ''}`;
}

function errors(real: readonly string[], simulated: readonly string[]): string[] {
  if (real[0] !== simulated[0]) return [`expected the error ${real[0] ?? ''}, found the error ${simulated[0] ?? ''}`];
  if (real.length !== simulated.length)
    return [`${real[0] ?? ''}: expected ${real.length - 1} parameters, found ${simulated.length - 1}`];
  return real.flatMap((param, index) => {
    const other = simulated[index]!;
    return param === other || (param.startsWith('OpaqueRef:') && other.startsWith('OpaqueRef:'))
      ? []
      : [`${real[0] ?? ''}: parameter ${index}: expected ${param}, found ${other}`];
  });
}

function values(real: WireNode, simulated: WireNode, role: Role): string[] {
  switch (role) {
    case 'value':
      return plain([real], [simulated], 'result');
    case 'record':
      return [...records([real], [simulated], 'record'), ...taskEnds(real, simulated)];
    case 'records':
      return tables([...real.members.values()], [...simulated.members.values()], 'records');
    case 'events':
      return events(real, simulated);
  }
}

/** Records of one class: that there are any, then their fields. */
function tables(real: readonly WireNode[], simulated: readonly WireNode[], where: string): string[] {
  if ((real.length === 0) !== (simulated.length === 0))
    return [`${where}: expected ${real.length === 0 ? 'none' : 'some'}, found ${simulated.length}`];
  return records(real, simulated, where);
}

function records(real: readonly WireNode[], simulated: readonly WireNode[], where: string): string[] {
  const [names, others] = [namesOf(real), namesOf(simulated)];
  const missing = names.filter((name) => !others.includes(name)).map((name) => `${where}.${name}: missing`);
  const extra = others.filter((name) => !names.includes(name)).map((name) => `${where}.${name}: not on the real one`);
  const shared = names.filter((name) => others.includes(name));
  const order =
    shared.join() === others.filter((name) => names.includes(name)).join() ? [] : [`${where}: fields in another order`];
  const fields = shared.flatMap((name) => plain(membersOf(real, name), membersOf(simulated, name), `${where}.${name}`));
  return [...missing, ...extra, ...order, ...fields];
}

function namesOf(nodes: readonly WireNode[]): readonly string[] {
  return [...new Set(nodes.flatMap((node) => [...node.members.keys()]))];
}

function membersOf(nodes: readonly WireNode[], name: string): readonly WireNode[] {
  return nodes.flatMap((node) => node.members.get(name) ?? []);
}

/** One place in many answers: how its values are written, down to the elements of arrays and the values of maps, whose keys are data. */
function plain(real: readonly WireNode[], simulated: readonly WireNode[], where: string): string[] {
  if (real.length === 0 || simulated.length === 0) return [];
  const [forms, others] = [formsOf(real), formsOf(simulated)];
  if (forms !== others) return [`${where}: expected ${forms}, found ${others}`];
  const elements = (nodes: readonly WireNode[]): WireNode[] => nodes.flatMap(({ items }) => items);
  const entries = (nodes: readonly WireNode[]): WireNode[] => nodes.flatMap(({ members }) => [...members.values()].map(asData));
  return [...plain(elements(real), elements(simulated), `${where}[]`), ...plain(entries(real), entries(simulated), `${where}{}`)];
}

/** What stands in a map is somebody's data: that a text in it looks like a moment says nothing. */
function asData(node: WireNode): WireNode {
  return MOMENT.test(node.text) ? { ...node, text: '' } : node;
}

const MOMENT = /^\d{8}T\d\d:\d\d:\d\dZ?$/;
const REFERENCE = /^(OpaqueRef|Ref):/;

/** All forms that occur. Moments and references are texts whose form is part of the protocol. */
function formsOf(nodes: readonly WireNode[]): string {
  return [...new Set(nodes.map(formOf))].sort().join(' or ');
}

function formOf({ kind, text }: WireNode): string {
  if (MOMENT.test(text)) return `${kind} (moment${text.endsWith('Z') ? ', UTC' : ', no zone'})`;
  return REFERENCE.test(text) ? `${kind} (reference)` : kind;
}

/** A task's state, error and kind of result are part of what its owner waits for. */
function taskEnds(real: WireNode, simulated: WireNode): string[] {
  const [status, other] = [textOf(real, 'status'), textOf(simulated, 'status')];
  if (status !== other) return [`record.status: expected ${status}, found ${other}`];
  const [result, written] = [textOf(real, 'result'), textOf(simulated, 'result')].map((text) => text.slice(0, '<value>'.length));
  const results = result === written ? [] : [`record.result: expected "${String(result)}", found "${String(written)}"`];
  return [...errors(errorOf(real), errorOf(simulated)), ...results];
}

function textOf(record: WireNode, field: string): string {
  return record.members.get(field)?.text ?? '';
}

function errorOf(task: WireNode): readonly string[] {
  return (task.members.get('error_info')?.items ?? []).map(({ text }) => text);
}

function events(real: WireNode, simulated: WireNode): string[] {
  const [one, other] = [eventsOf(real), eventsOf(simulated)];
  const kinds = [...new Set([...one.keys(), ...other.keys()])].sort();
  const outer = (found: readonly string[]): string[] =>
    found.filter((difference) => !/^[^:]*(events|valid_ref_counts|snapshot)[[{]/.test(difference));
  const inner = (node: readonly WireNode[], name: string): readonly WireNode[] => membersOf(node, name);
  return [
    ...outer(records([real], [simulated], 'batch')),
    ...records(inner([real], 'valid_ref_counts'), inner([simulated], 'valid_ref_counts'), 'valid_ref_counts'),
    ...kinds.flatMap((kind) => {
      const [ours, theirs] = [one.get(kind) ?? [], other.get(kind) ?? []];
      const snapshots = records(inner(ours, 'snapshot'), inner(theirs, 'snapshot'), `snapshot ${kind}`);
      return [...outer(tables(ours, theirs, `event ${kind}`)), ...(ours.length === 0 || theirs.length === 0 ? [] : snapshots)];
    }),
  ];
}

/** By class and operation. */
function eventsOf(batch: WireNode): ReadonlyMap<string, readonly WireNode[]> {
  const sorted = new Map<string, WireNode[]>();
  for (const event of batch.members.get('events')?.items ?? []) {
    const kind = `${event.members.get('class')?.text ?? ''}/${event.members.get('operation')?.text ?? ''}`;
    sorted.set(kind, [...(sorted.get(kind) ?? []), event]);
  }
  return sorted;
}
