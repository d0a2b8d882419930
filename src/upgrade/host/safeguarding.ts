// Safeguarding, for the master only: the pool's database is dumped, parsed back and stored outside the pool, then flushed to every member. Never in
// mixed mode, when XAPI serves a dummy. Ends, and the host leaves at once, when both are done.
import { versionsDiffer } from '../../plan/pool';
import { act, fail, type HostStep, next, wait } from '../decision';
import { lastObstacle, timesTried } from '../state';
import { seenEmpty } from './draining';
import { onHost } from './item';

export const safeguarding: HostStep = {
  needs: () => ['pool', 'guests', 'backup'],
  decide(situation) {
    const { facts, host, state } = situation;
    if (!facts.pool.known) return wait('PoolUnreachable', facts.pool.why);
    if (!facts.guests.known) return wait('PoolUnreachable', facts.guests.why);
    if (!seenEmpty(situation)) return next('Draining');
    if (state.backup !== undefined && host.evidence.syncedAt !== undefined) return next('Leaving');
    if (facts.pool.value.rollingUpgrade || versionsDiffer(facts.pool.value.hosts)) {
      return fail(
        'BackupInMixedMode',
        'the pool is in mixed mode, when XAPI serves a dummy database: no backup can be taken, and without one no host may leave',
      );
    }
    const refused = (['TakeBackup', 'SyncDatabase'] as const).find((effect) => timesTried(state, host.uuid, effect) >= 3);
    if (refused !== undefined)
      return fail('BackupFailed', `${refused} failed three times: ${lastObstacle(state, host.uuid) ?? 'no reason was given'}`);
    const backup = state.backup === undefined ? [onHost('TakeBackup', host)] : [];
    return act([...backup, onHost('SyncDatabase', host)]);
  },
};
