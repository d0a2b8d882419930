// Events have two faces, the old one in the core group and the one of events.k8s.io, and are the same objects. They are stored with the old face.
import type { Struct } from '../schema/schema';
import type { View } from './resourceTypes';

/** New name → stored name. */
const NAMES: readonly (readonly [string, string])[] = [
  ['regarding', 'involvedObject'],
  ['note', 'message'],
  ['reportingController', 'reportingComponent'],
  ['deprecatedSource', 'source'],
  ['deprecatedFirstTimestamp', 'firstTimestamp'],
  ['deprecatedLastTimestamp', 'lastTimestamp'],
  ['deprecatedCount', 'count'],
];

function renamed(object: Struct, names: ReadonlyMap<string, string>, apiVersion: string): Struct {
  const members = Object.entries(object).map(([name, value]) => [names.get(name) ?? name, value]);
  return { ...Object.fromEntries(members), apiVersion } as Struct;
}

const TO_STORED = new Map(NAMES);
const FROM_STORED = new Map(NAMES.map(([now, stored]) => [stored, now]));

export const EVENTS_VIEW: View = {
  toStored: (object) => renamed(object, TO_STORED, 'v1'),
  fromStored: (object) => renamed(object, FROM_STORED, 'events.k8s.io/v1'),
};
