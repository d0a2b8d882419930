// Safeguarding, for the master only: the pool's database is dumped, parsed back and stored outside the pool, then flushed to every member. Never in
// mixed mode, when XAPI serves a dummy. Ends, and the host leaves at once, when both are done.
import { isMixed, type Pool } from '../../plan/pool';
import { act, type Decision, fail, type HostSituation, type HostStep, next } from '../decision';
import { exhausted, inSight } from '../sight';
import { seenEmpty } from './draining';
import { onHost } from './item';

export const safeguarding: HostStep = {
  needs: () => ['pool', 'guests', 'backup'],
  decide: (situation) => inSight(situation, (pool) => safeguard(situation, pool)),
};

function safeguard(situation: HostSituation, pool: Pool): Decision {
  const { host, state } = situation;
  if (!seenEmpty(situation)) return next('Draining');
  if (state.backup !== undefined && host.evidence.syncedAt !== undefined) return next('Leaving');
  if (isMixed(pool)) return mixed;
  return gaveUp(situation, 'TakeBackup') ?? gaveUp(situation, 'SyncDatabase') ?? backUp(situation);
}

const mixed = fail(
  'BackupInMixedMode',
  'the pool is in mixed mode, when XAPI serves a dummy database: no backup can be taken, and without one no host may leave',
);

function gaveUp({ host, state }: HostSituation, effect: string): Decision | undefined {
  return exhausted(state, { object: host, effect, times: 3, reason: 'BackupFailed', sentence: `${effect} failed three times` });
}

function backUp({ host, state }: HostSituation): Decision {
  const backup = state.backup === undefined ? [onHost('TakeBackup', host)] : [];
  return act([...backup, onHost('SyncDatabase', host)]);
}
