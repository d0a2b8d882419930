// The object by which the boot server tells the controller what it saw: one ConfigMap beside each PoolUpgrade whose hosts it serves, owned by it, so that it
// goes when the upgrade's object goes. Bounded: the attempts that the status speaks of, and the images that the manifest names.
import type { PoolUpgrade } from '../../api/generated/poolUpgrade';
import type { Sightings } from '../../boot/server/sightings';
import type { OfferState } from '../../boot/shelf/isoPlace';
import type { MediaOffer } from '../../plan/checks/bootTraits';
import { CONFIG_MAPS, KubeError, type KubeObject, type KubernetesApi } from '../../kubernetes/api';
import { DOMAIN, LABELS } from '../store/labels';

export interface AttemptSeen {
  /** Since when the book of it is kept, milliseconds since the epoch: what was before is not known. */
  readonly since: number;
  /** Whether this very attempt is known to the server and its medium made. */
  readonly ready: OfferState;
  readonly why: string;
  readonly sightings: Sightings;
}

export interface SightingDocument {
  readonly images: readonly MediaOffer[];
  /** By `attemptKey` of the boot server's attempts. */
  readonly attempts: Readonly<Record<string, AttemptSeen>>;
}

export const NOTHING_TOLD: SightingDocument = { images: [], attempts: {} };

interface SightingMap extends KubeObject {
  readonly data?: Readonly<Record<string, string>>;
}

/** As it was read: the next write is conditional on it. Undefined version: it is not there yet. */
export interface StoredSightings {
  readonly version: string | undefined;
  readonly document: SightingDocument;
}

const KEY = 'sightings.json';

export function sightingsName({ metadata }: PoolUpgrade): string {
  return `xenpool-boot-${metadata.uid ?? metadata.name}`;
}

/** @throws KubeError but for NotFound, which is an empty document */
export async function readSightings(api: KubernetesApi, object: PoolUpgrade): Promise<StoredSightings> {
  try {
    const map = await api.get<SightingMap>(CONFIG_MAPS, namespaceOf(object), sightingsName(object));
    return { version: map.metadata.resourceVersion, document: parse(map) };
  } catch (error) {
    if (!(error instanceof KubeError) || error.kind !== 'NotFound') throw error;
    return { version: undefined, document: NOTHING_TOLD };
  }
}

/** Nobody but the boot server writes it. What somebody made unreadable by hand is an error of its own: evidence must not be taken for absent. */
function parse({ metadata, data }: SightingMap): SightingDocument {
  const text = data?.[KEY];
  const document: unknown = text === undefined ? undefined : JSON.parse(text);
  if (typeof document === 'object' && document !== null && 'attempts' in document && 'images' in document)
    return document as SightingDocument;
  throw new Error(`ConfigMap ${metadata.name} holds no sightings under ${KEY}; delete it, and the boot server makes it anew`);
}

/** Conditional on what was read. @returns as it now stands. @throws KubeError; Conflict or AlreadyExists when somebody else wrote meanwhile */
export async function writeSightings(
  api: KubernetesApi,
  object: PoolUpgrade,
  before: string | undefined,
  document: SightingDocument,
): Promise<StoredSightings> {
  const map = mapOf(object, document);
  if (before === undefined) {
    const made = await api.create(CONFIG_MAPS, map);
    return { version: made.metadata.resourceVersion, document };
  }
  const written = await api.replace(CONFIG_MAPS, { ...map, metadata: { ...map.metadata, resourceVersion: before } });
  return { version: written.metadata.resourceVersion, document };
}

function mapOf(object: PoolUpgrade, document: SightingDocument): SightingMap {
  const { apiVersion, kind, metadata } = object;
  const owner = { apiVersion, kind, name: metadata.name, uid: metadata.uid ?? '', controller: false, blockOwnerDeletion: false };
  return {
    apiVersion: 'v1',
    kind: CONFIG_MAPS.kind,
    metadata: {
      name: sightingsName(object),
      namespace: namespaceOf(object),
      labels: { [LABELS.kind]: 'boot', [LABELS.object]: metadata.uid ?? '', 'app.kubernetes.io/part-of': DOMAIN },
      ownerReferences: [owner],
    },
    data: { [KEY]: JSON.stringify(document) },
  };
}

function namespaceOf({ metadata }: PoolUpgrade): string {
  return metadata.namespace ?? 'default';
}
