// Effects on the pool as a whole: what is put aside to make way, and put back. Each is recognised by the pool's own fields.
import { holds } from '../../foundation/fact';
import { backupKey, hopInWork, withEvidence } from '../state';
import { iso, seconds } from '../time';
import { allowed, type Effect, forbidden, notDone } from './effect';
import { poolSight } from './sights';

export const POOL_MARK = 'xenpool.dev/claim';

const base = { destructive: false, needs: ['pool'] as const, settle: seconds(20) };

/** The mark is a test-and-set across clusters: adding a key that exists fails. */
export const claimPool: Effect = {
  ...base,
  name: 'ClaimPool',
  stage: 0,
  guard: ({ facts, mark }) =>
    holds(facts.pool, (pool) => pool.mark === undefined || pool.mark === mark)
      ? allowed
      : forbidden('another operator has marked this pool'),
  isDone: ({ facts, mark }) => poolSight(facts, (pool) => pool.mark === mark),
  perform: ({ pool }, { mark }) => pool.markPool(POOL_MARK, mark),
};

export const releasePool: Effect = {
  ...base,
  name: 'ReleasePool',
  stage: 3,
  guard: ({ facts, mark }) =>
    holds(facts.pool, (pool) => pool.mark === mark) ? allowed : forbidden('the mark on the pool is not ours'),
  isDone: ({ facts, mark }) => poolSight(facts, (pool) => pool.mark !== mark),
  perform: ({ pool }) => pool.unmarkPool(POOL_MARK),
};

export const disableHa: Effect = {
  ...base,
  name: 'DisableHa',
  stage: 1,
  settle: seconds(120),
  guard: () => allowed,
  isDone: ({ facts }) => poolSight(facts, (pool) => !pool.haEnabled),
  perform: ({ pool }) => pool.disableHa(),
};

export const enableHa: Effect = {
  ...base,
  name: 'EnableHa',
  needs: ['pool', 'ha'],
  stage: 2,
  settle: seconds(120),
  guard: () => allowed,
  isDone: ({ facts }) => poolSight(facts, (pool) => pool.haEnabled),
  async perform({ pool }, { state }) {
    const ha = state.undo.ha;
    if (ha === undefined) return { kind: 'Refused', code: 'NOTHING_TO_UNDO', text: 'no HA settings were recorded' };
    return pool.enableHa(ha);
  },
};

export const setHaTolerance: Effect = {
  ...base,
  name: 'SetHaTolerance',
  stage: 2,
  guard: () => allowed,
  isDone: ({ facts, item }) => poolSight(facts, (pool) => pool.haTolerance === Number(item.params['hosts'])),
  perform: ({ pool }, { item }) => pool.setHaTolerance(Number(item.params['hosts'])),
};

export const setWlb: Effect = {
  ...base,
  name: 'SetWlb',
  stage: 1,
  guard: () => allowed,
  isDone: ({ facts, item }) => poolSight(facts, (pool) => pool.wlbEnabled === (item.params['enabled'] === 'true')),
  perform: ({ pool }, { item }) => pool.setWlb(item.params['enabled'] === 'true'),
};

export const clearAutoPoweron: Effect = {
  ...base,
  name: 'ClearAutoPoweron',
  stage: 1,
  guard: () => allowed,
  isDone: ({ facts }) => poolSight(facts, (pool) => pool.autoPoweron === undefined),
  perform: ({ pool }) => pool.clearAutoPoweron(),
};

export const setAutoPoweron: Effect = {
  ...base,
  name: 'SetAutoPoweron',
  stage: 1,
  guard: () => allowed,
  isDone: ({ facts, item }) => poolSight(facts, (pool) => pool.autoPoweron === item.params['value']),
  perform: ({ pool }, { item }) => pool.setAutoPoweron(item.params['value'] ?? ''),
};

/** Cannot be seen afterwards, but may be repeated without harm: what is not remembered as accepted is sent again. */
export const syncDatabase: Effect = {
  ...base,
  name: 'SyncDatabase',
  stage: 1,
  settle: 0,
  trusted: true,
  guard: () => allowed,
  isDone: () => notDone,
  perform: ({ pool }) => pool.syncDatabase(),
  remember: (state, { host, now }) => (host === undefined ? state : withEvidence(state, host, { syncedAt: iso(now) })),
};

export const restartAgent: Effect = {
  ...base,
  name: 'RestartAgent',
  stage: 0,
  settle: 0,
  trusted: true,
  guard: () => allowed,
  isDone: () => notDone,
  perform: ({ pool }, { item }) => pool.restartAgent(item.object),
};

/** I8: never in mixed mode, when XAPI serves a dummy. */
export const takeBackup: Effect = {
  ...base,
  name: 'TakeBackup',
  needs: ['pool', 'backup'],
  stage: 0,
  settle: 0,
  guard: ({ facts }) =>
    holds(facts.pool, (pool) => !pool.rollingUpgrade)
      ? allowed
      : forbidden('the pool is in mixed mode, when a database dump is worthless'),
  isDone: ({ facts }) => (holds(facts.backup, (backup) => backup !== null) ? { kind: 'Done' } : notDone),
  async perform({ store }, { state }) {
    return store.takeBackup(backupKey(state.run.id, hopInWork(state)?.at ?? 0));
  },
  remember: (state, { facts }) =>
    facts.backup.known && facts.backup.value !== null ? { ...state, backup: facts.backup.value } : state,
};
