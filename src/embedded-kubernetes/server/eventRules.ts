// What events are held to when they come by events.k8s.io: everything that explains them must be there, and later only the series may change. Field names are
// those of the stored form, as a real server tells them. Events of the core group are held to less, for the sake of old clients.
import { sameValue } from '../../foundation/sameValue';
import type { KubeObject } from '../../kubernetes/api';
import { isStruct, type Struct } from '../schema/schema';
import type { Fault } from '../status';

const CONTROLLER = /^([a-z0-9.-]+\/)?([A-Za-z0-9][-A-Za-z0-9_.]*)?[A-Za-z0-9]$/;
const MAX_TEXT = 128;
const MAX_NOTE_BYTES = 1024;
const KEPT = [
  'involvedObject',
  'reason',
  'message',
  'source',
  'firstTimestamp',
  'lastTimestamp',
  'count',
  'reportingComponent',
  'reportingInstance',
  'action',
  'type',
  'eventTime',
  'related',
];

const required = (field: string): Fault => ({ reason: 'FieldValueRequired', field });
const bad = (field: string, detail: string, value: unknown = ''): Fault => ({
  reason: 'FieldValueInvalid',
  field,
  value,
  detail,
});

/** @param object in its stored form */
export function eventFaults(object: KubeObject, old: KubeObject | undefined): readonly Fault[] {
  const event = object as unknown as Struct;
  const place = placeFaults(event, object.metadata.namespace ?? '');
  if (old !== undefined) return [...place, ...seriesFaults(event), ...changes(event, old as unknown as Struct)];
  return [
    ...place,
    ...(event['eventTime'] === undefined || event['eventTime'] === null ? [required('eventTime')] : []),
    ...controllerFaults(text(event, 'reportingComponent')),
    ...['reportingInstance', 'action', 'reason'].flatMap((name) => textFaults(name, text(event, name))),
    ...typeFaults(text(event, 'type')),
    ...(Buffer.byteLength(text(event, 'message')) > MAX_NOTE_BYTES
      ? [bad('message', `can have at most ${MAX_NOTE_BYTES} characters`)]
      : []),
    ...['firstTimestamp', 'lastTimestamp', 'count']
      .filter((name) => isSet(event[name]))
      .map((name) => bad(name, 'needs to be unset')),
    ...seriesFaults(event),
  ];
}

function text(event: Struct, name: string): string {
  return String(event[name] ?? '');
}

function isSet(value: unknown): boolean {
  return value !== undefined && value !== null && value !== 0;
}

/** An object without a namespace is told of in `default`. */
function placeFaults(event: Struct, namespace: string): readonly Fault[] {
  const about = (event['involvedObject'] ?? {}) as Struct;
  const place = text(about, 'namespace');
  if (place === namespace || (place === '' && namespace === 'default')) return [];
  return [bad('involvedObject.namespace', 'does not match event.namespace', place)];
}

function controllerFaults(controller: string): readonly Fault[] {
  if (controller === '') return [required('reportingController')];
  return CONTROLLER.test(controller) ? [] : [bad('reportingController', 'must be a qualified name', controller)];
}

function textFaults(name: string, value: string): readonly Fault[] {
  if (value === '') return [required(name)];
  return value.length > MAX_TEXT ? [bad(name, `can have at most ${MAX_TEXT} characters`)] : [];
}

function typeFaults(type: string): readonly Fault[] {
  if (type === '') return [required('type')];
  return ['Normal', 'Warning'].includes(type) ? [] : [bad('type', `has invalid value: ${type}`)];
}

function seriesFaults({ series }: Struct): readonly Fault[] {
  if (!isStruct(series)) return [];
  return [
    ...(Number(series['count'] ?? 0) < 2 ? [bad('series.count', 'should be at least 2')] : []),
    ...(series['lastObservedTime'] === undefined ? [required('series.lastObservedTime')] : []),
  ];
}

function changes(event: Struct, old: Struct): readonly Fault[] {
  return KEPT.filter((name) => !sameValue(event[name] ?? null, old[name] ?? null)).map((name) =>
    bad(name, 'field is immutable', event[name]),
  );
}
