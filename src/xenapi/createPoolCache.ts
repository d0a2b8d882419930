// Chooses the copy of the records that a pool's release allows.
import type { Clock } from '../foundation/clock';
import { silentLog, type Log } from '../foundation/log';
import type { PoolCache } from './cache';
import type { XapiClient } from './client';
import { XapiError } from './error';
import { EventCache } from './eventCache';
import { PollingCache } from './pollingCache';
import type { ClassName } from './records/records';

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
    has: (cls) => (chosen?.cache ?? polling).has(cls),
    records: (cls) => (chosen?.cache ?? polling).records(cls),
  };
}
