// The operator's copy of the pool's records: fetched only for the classes a step names, kept up to date by events where the release has them. The
// records handed out are the cache's own and must not be changed; a record that did not change is the same object at the next look.
import type { ClassName, RecordOf, Ref } from './records/records';

export interface PoolCache {
  /** Brings the records of these classes up to date. @throws XapiError; what was known before stays readable and is then old */
  refresh(classes: readonly ClassName[], signal?: AbortSignal): Promise<void>;
  /**
   * Resolves when something in the classes last refreshed may have changed, or after half a minute, or when the signal aborts. Never throws for a
   * pool that does not answer: it then resolves after a few seconds, and the next `refresh` says what is wrong.
   */
  wait(signal?: AbortSignal): Promise<void>;
  /** Whether a class was ever fetched. */
  has(cls: ClassName): boolean;
  /** The records of a class as of the last refresh. @throws Error for a class that was never fetched: unknown is not empty */
  records<Cls extends ClassName>(cls: Cls): ReadonlyMap<Ref, RecordOf<Cls>>;
}
