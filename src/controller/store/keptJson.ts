// What a run keeps beside its object as data: in immutable ConfigMaps whose name is made of what they hold, so that keeping the same again changes nothing.
import { sha256 } from '../../foundation/sha256';
import { CONFIG_MAPS, type KubernetesApi } from '../../kubernetes/api';
import { findTexts, type SavedText, writeChunks } from '../../kubernetes/immutableChunks';
import { DOMAIN, LABELS } from './labels';

/** @param labels beside the kind, by which it is found again */
export function keepJson(
  api: KubernetesApi,
  namespace: string,
  kind: 'baseline' | 'plan' | 'leaving',
  labels: Readonly<Record<string, string>>,
  value: unknown,
): Promise<SavedText> {
  const text = JSON.stringify(value);
  const set = { resource: CONFIG_MAPS, namespace, name: `xenpool-${kind}-${sha256(text).slice(0, 16)}` };
  return writeChunks(api, set, text, { domain: DOMAIN, labels: { [LABELS.kind]: kind, ...labels } });
}

/** All that is whole, in no order. */
export async function findJson<T>(
  api: KubernetesApi,
  namespace: string,
  labelSelector: string,
): Promise<readonly FoundJson<T>[]> {
  const found = await findTexts(api, { resource: CONFIG_MAPS, namespace }, labelSelector, DOMAIN);
  return found.map(({ text, parts, sha256: digest }) => {
    const configMaps = parts.map(({ metadata }) => metadata.name);
    return { value: JSON.parse(text) as T, saved: { configMaps, sha256: digest } };
  });
}

export interface FoundJson<T> {
  readonly value: T;
  /** Where it lies. */
  readonly saved: { readonly configMaps: readonly string[]; readonly sha256: string };
}
