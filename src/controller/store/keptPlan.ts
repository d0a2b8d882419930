// Reading back the whole plan of a run from where it was kept, for those who show it.
import type { KubernetesApi } from '../../kubernetes/api';
import type { RunRecord } from '../../upgrade/record';
import { findJson } from './keptJson';
import { LABELS } from './labels';

/**
 * @param run id of the run
 * @returns what was kept as the whole plan, the newest first; in no shape that can be relied on, since any version may have written it
 */
export async function keptPlans(api: KubernetesApi, namespace: string, run: string): Promise<readonly unknown[]> {
  const records = await findJson<RunRecord>(api, namespace, `${LABELS.kind}=plan,${LABELS.run}=${run}`);
  return [...records].sort((one, other) => Date.parse(other.at) - Date.parse(one.at)).map(({ whole }) => whole);
}
