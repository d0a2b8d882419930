// Situations that the cases of XenCenter’s checks are made of.
import { known } from '../../../../src/foundation/fact';
import type { CheckSituation, CheckVerdict } from '../../../../src/plan/checks/check';
import type { HostTraits, PluginAnswers } from '../../../../src/plan/checks/inspection';
import { allChecks, runChecks } from '../../../../src/plan/checks/registry';
import type { Pass } from '../../../../src/plan/pass/pass';
import type { Brand } from '../../../../src/plan/release';
import { GIB, guest, host, pbd, poolOf, sr } from '../../smallPool';
import { inspection, orders, traits } from '../checking';
/** A pool of two hosts, and where it goes. */
export function hop(
  from: string,
  to: string,
  brand: Brand = 'XenServer',
): Pick<CheckSituation, 'pool' | 'hop' | 'inspection' | 'orders'> {
  const pool = poolOf([host('one', from, {}, brand), host('two', from, {}, brand)]);
  const hopOf = { from: { brand, version: from }, to: { brand, version: to }, repository: 'http://repository.example/' };
  return { pool, hop: hopOf, inspection: seen(pool, {}), orders: orders(pool) };
}

/** Traits of host `one`; `two` is in order. */
export function seen(
  pool: CheckSituation['pool'],
  one: Partial<HostTraits>,
  more: Partial<CheckSituation['inspection']> = {},
): CheckSituation['inspection'] {
  return inspection(pool, { ...more, hosts: { one: traits(one) } });
}

export function plugin(more: Partial<PluginAnswers>): Partial<HostTraits> {
  const usual: PluginAnswers = {
    url: 'true',
    version: { platform: '', product: '7.6.0' },
    safe2upgrade: 'true',
    dom0Memory: 2 * GIB,
  };
  return { plugin: known({ ...usual, ...more }) };
}

export interface Verdicts {
  readonly verdict: CheckVerdict | 'NotAsked';
  readonly names: readonly string[];
  readonly texts: string;
}

export function verdictOf(id: string, situation: CheckSituation): Verdicts {
  const [result] = runChecks(
    situation,
    allChecks.filter((check) => check.id === id),
  );
  const found = result?.findings ?? [];
  return {
    verdict: result?.verdict ?? 'NotAsked',
    names: found.flatMap(({ objects }) => objects.map(({ name }) => name)),
    texts: found.map(({ message, remedy }) => `${message}; ${remedy}`).join('\n'),
  };
}

/** One situation and what a check says of it. */
export interface Case {
  readonly when: string;
  readonly given: Partial<CheckSituation>;
  readonly verdict: CheckVerdict | 'NotAsked';
  /** Names of the objects it is about. */
  readonly about?: readonly string[];
  readonly says?: RegExp;
}

export const plain = hop('7.1.2', '7.6.0');
export const toStockholm = hop('7.6.0', '8.2.1');
export const toNile = hop('8.2.1', '8.4.0');
export const both = ['name-one', 'name-two'];
export const withOne = (of: typeof plain, one: Partial<HostTraits>): Partial<CheckSituation> => ({
  ...of,
  inspection: seen(of.pool, one),
});
export const withPool = (of: typeof plain, more: CheckSituation['inspection']['pool']): Partial<CheckSituation> => ({
  ...of,
  inspection: seen(of.pool, { networkBackend: 'openvswitch' }, { pool: more }),
});
export const quiet = { vswitchController: '', healthCheckEnrolled: false };
export const hotfixed = { updates: ['38a7eeeb-31ec-4de3-934f-13929ad3e339'] };
export const allHotfixed = inspection(toNile.pool, { hosts: { one: traits(hotfixed), two: traits(hotfixed) } });
export const pv = (uuid: string, on: string | undefined, more = {}): ReturnType<typeof guest> =>
  guest(uuid, on, { virtualisation: 'pv', ...more });
export const stuck = guest('stuck', 'one', { immobile: { code: 'VM_HAS_VGPU', text: 'it has a virtual GPU' } });
export const shared = { srs: [sr('nfs')], pbds: [pbd('one', 'nfs'), pbd('two', 'nfs')] };
export const user = guest('user', 'one', { srs: ['nfs'] });
export const ordersWith = (more: Partial<CheckSituation['orders']>): CheckSituation['orders'] => ({
  ...orders(plain.pool),
  ...more,
});
export const passWith = (more: Partial<Pass>): Pass => ({
  order: ['one', 'two'],
  turns: [],
  blocked: [],
  migrations: { planned: 0, minimum: 0, bound: 0, proven: true, gap: 0 },
  ...more,
});
export const whySuspend = { code: 'HOST_NOT_ENOUGH_FREE_MEMORY', text: 'no room' };
export const stopping = passWith({
  turns: [
    {
      host: 'one',
      moves: [],
      starts: [],
      returns: [],
      stops: [{ guest: 'user', host: 'one', action: 'Suspend', why: whySuspend, back: undefined }],
    },
  ],
});
