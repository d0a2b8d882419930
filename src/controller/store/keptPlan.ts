// Reading back the whole plan of a run from where it was kept, for those who show it.
import { CONFIG_MAPS, type KubernetesApi } from '../../kubernetes/api';
import { findTexts } from '../../kubernetes/immutableChunks';
import { DOMAIN, LABELS } from './labels';

/**
 * @param run id of the run
 * @returns what was kept as the whole plan, the newest first; in no shape that can be relied on, since any version may have written it
 * @throws KubeError; SyntaxError for what is no JSON
 */
export async function keptPlans(api: KubernetesApi, namespace: string, run: string): Promise<readonly unknown[]> {
  const selector = `${LABELS.kind}=plan,${LABELS.run}=${run}`;
  const found = await findTexts(api, { resource: CONFIG_MAPS, namespace }, selector, DOMAIN);
  const records = found.map(({ text }) => JSON.parse(text) as { readonly at?: string; readonly whole?: unknown });
  const time = ({ at = '' }: { readonly at?: string }): number => Date.parse(at) || 0;
  return [...records].sort((one, other) => time(other) - time(one)).map(({ whole }) => whole);
}
