// The operator's copy of the pool's records: fetched only for the classes a step names, kept up to date by events where the release has them. The
// records handed out are the cache's own and must not be changed; a record that did not change is the same object at the next look.
import type { Clock } from '../foundation/clock';
import { silentLog, type Log } from '../foundation/log';
import type { XapiClient } from './client';
import { XapiError } from './error';
import { EventCache } from './eventCache';
import { PollingCache } from './pollingCache';
import type { ClassName, RecordOf, Ref } from './records/records';

export interface PoolCache {
  /** Brings the records of these classes up to date. @throws XapiError; what was known before stays readable and is then old */
  refresh(classes: readonly ClassName[], signal?: AbortSignal): Promise<void>;
  /**
   * Resolves when something in the classes last refreshed may have changed, or after half a minute, or when the signal aborts. Never throws for a
   * pool that does not answer: it then resolves after a few seconds, and the next `refresh` says what is wrong.
   */
  wait(signal?: AbortSignal): Promise<void>;
  /** The records of a class as of the last refresh. @throws Error for a class that was never fetched: unknown is not empty */
  records<Cls extends ClassName>(cls: Cls): ReadonlyMap<Ref, RecordOf<Cls>>;
}

export interface CacheOptions {
  readonly client: XapiClient;
  readonly clock: Clock;
  readonly log?: Log;
}

/**
 * The cache that the pool's release allows: by `event.from` from 6.0 on, by polling before. The pool is asked once per login, because an upgrade of the
 * master brings the call into being.
 */
export function createPoolCache({ client, clock, log = silentLog }: CacheOptions): PoolCache {
  let chosen: { readonly cache: PoolCache; readonly logins: number } | undefined;
  const events = new EventCache(client, clock);
  const polling = new PollingCache(client, clock);
  const choose = async (classes: readonly ClassName[], signal?: AbortSignal): Promise<PoolCache> => {
    try {
      await events.refresh(classes, signal);
      return events;
    } catch (error) {
      if (!(error instanceof XapiError) || error.code !== 'MESSAGE_METHOD_UNKNOWN') throw error;
      log.info('xapi.no-events', { polling: true });
      await polling.refresh(classes, signal);
      return polling;
    }
  };
  return {
    async refresh(classes, signal) {
      if (chosen?.cache === events || (chosen !== undefined && chosen.logins === client.logins))
        return chosen.cache.refresh(classes, signal);
      chosen = { cache: await choose(classes, signal), logins: client.logins };
    },
    wait: (signal) => (chosen?.cache ?? polling).wait(signal),
    records: (cls) => (chosen?.cache ?? polling).records(cls),
  };
}
