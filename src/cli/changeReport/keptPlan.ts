// What the ConfigMap of a run's plan adds to its report. It was written by this program, in this version or another, so what is not as expected is left out.
import { CONFIG_MAPS, KubeError, type KubernetesApi } from '../../kubernetes/api';
import { findTexts } from '../../kubernetes/immutableChunks';
import { DOMAIN, LABELS } from '../../controller/store/labels';

export interface PlannedCheck {
  readonly id: string;
  readonly title: string;
  readonly verdict: string;
  readonly messages: readonly string[];
}

export interface KeptPlan {
  /** Undefined in a plan that holds none. */
  readonly checks: readonly PlannedCheck[] | undefined;
}

/** Undefined when there is none, or when we may not read it: the report then does without. @throws KubeError for a server that does not answer */
export async function findPlan(api: KubernetesApi, namespace: string, run: string): Promise<KeptPlan | undefined> {
  try {
    const selector = `${LABELS.kind}=plan,${LABELS.run}=${run}`;
    const [found] = await findTexts(api, { resource: CONFIG_MAPS, namespace }, selector, DOMAIN);
    return found === undefined ? undefined : readPlan(JSON.parse(found.text));
  } catch (error) {
    if (error instanceof KubeError && error.kind === 'Forbidden') return undefined;
    throw error;
  }
}

/** @param record as `saveRecord` writes it */
export function readPlan(record: unknown): KeptPlan {
  const whole = field(record, 'whole');
  const checks = field(whole, 'checks');
  return { checks: Array.isArray(checks) ? checks.flatMap(readCheck) : undefined };
}

function readCheck(check: unknown): readonly PlannedCheck[] {
  const [id, title, verdict, findings] = ['id', 'title', 'verdict', 'findings'].map((name) => field(check, name));
  if (typeof id !== 'string' || typeof verdict !== 'string') return [];
  const messages = (Array.isArray(findings) ? findings : []).map((finding) => field(finding, 'message'));
  return [
    {
      id,
      title: typeof title === 'string' ? title : id,
      verdict,
      messages: messages.filter((message) => typeof message === 'string'),
    },
  ];
}

function field(value: unknown, name: string): unknown {
  return typeof value === 'object' && value !== null ? (value as Readonly<Record<string, unknown>>)[name] : undefined;
}
