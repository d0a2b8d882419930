// What keeps objects from being worked on and time alone does not mend: a right that is missing, a CRD that is not there or too old. It is told in readiness,
// where somebody who set it up looks first, and is gone as soon as the object's next step succeeds.
import { KubeError, type KubeErrorKind } from '../kubernetes/api';

const STANDING: readonly KubeErrorKind[] = ['Forbidden', 'Unauthorised', 'NotServed', 'UnknownField', 'Untrusted'];

const REMEDY: Partial<Readonly<Record<KubeErrorKind, string>>> = {
  UnknownField: 'the CRD in the cluster is older than this operator; apply the one of its release',
  Forbidden: 'give the operator this right',
};

export class Troubles {
  private readonly byKey = new Map<string, string>();

  /** @param error what the key's last step ended with; undefined when it succeeded */
  note(key: string, error: unknown): void {
    if (!(error instanceof KubeError) || !STANDING.includes(error.kind)) return void this.byKey.delete(key);
    const remedy = REMEDY[error.kind];
    this.byKey.set(key, `${error.message}${remedy === undefined ? '' : ` (${remedy})`}`);
  }

  forget(key: string): void {
    this.byKey.delete(key);
  }

  /** One sentence on each object that is held up, some of many; undefined when none is. */
  problem(): string | undefined {
    if (this.byKey.size === 0) return undefined;
    const told = [...this.byKey].slice(0, 3).map(([key, trouble]) => `${key}: ${trouble}`);
    const more = this.byKey.size - told.length;
    return [...told, ...(more > 0 ? [`and ${more} more`] : [])].join('; ');
  }
}
