// How a hazard is tested: a situation in which it is not there, the same with it, and what is then said of whom. That the first passes is also the test that the
// finding goes when its cause goes.
import { expect } from 'chai';
import type { Check, CheckSituation, CheckVerdict } from '../../../../src/plan/checks/check';
import type { GuestHazards, HazardTraits, HostHazards, PoolHazards } from '../../../../src/plan/checks/hazardTraits';
import { runChecks } from '../../../../src/plan/checks/registry';
import type { Pool } from '../../../../src/plan/pool';
import type { Release } from '../../../../src/plan/release';
import { host, poolOf } from '../../smallPool';
import { checking, inspection, SOUND_HOST, soundHazards, traits } from '../checking';

export const XS = (version: string): Release => ({ brand: 'XenServer', version });
export const XCP = (version: string): Release => ({ brand: 'XCP-ng', version });

export function hopOf(from: Release, to: Release, repository?: string): CheckSituation['hop'] {
  return { from, to, repository };
}

export const SOUND_GUEST: GuestHazards = { autoPoweron: false, suspendSr: undefined, toolsDisc: false, uefi: false };

export interface Bend {
  readonly pool?: Partial<PoolHazards>;
  /** Of every host. */
  readonly host?: Partial<HostHazards>;
  readonly guests?: Readonly<Record<string, Partial<GuestHazards>>>;
  readonly clusters?: HazardTraits['clusters'];
}

export function hazardsOf(pool: Pool, bend: Bend = {}): HazardTraits {
  const guests = Object.entries(bend.guests ?? {}).map(([uuid, more]) => [uuid, { ...SOUND_GUEST, ...more }] as const);
  const sound = soundHazards(pool);
  return {
    pool: { ...sound.pool, ...bend.pool },
    hosts: Object.fromEntries(pool.hosts.map(({ uuid }) => [uuid, { ...SOUND_HOST, ...bend.host }])),
    guests: Object.fromEntries(guests),
    clusters: bend.clusters ?? sound.clusters,
  };
}

type Given = Partial<CheckSituation> & {
  readonly bend?: Bend | undefined;
  /** Of every host. */
  readonly seen?: Partial<ReturnType<typeof traits>>;
};

/** Two hosts `one` and `two` of the hop's source, staged, in good order but for what is said. */
export function given({ bend, seen, ...more }: Given = {}): CheckSituation {
  const from = more.hop?.from ?? XS('7.1.2');
  const pool = more.pool ?? poolOf([host('one', from.version, {}, from.brand), host('two', from.version, {}, from.brand)]);
  const hosts = Object.fromEntries(pool.hosts.map(({ uuid }) => [uuid, traits(seen)]));
  return checking({ pool, inspection: inspection(pool, { hosts, hazards: hazardsOf(pool, bend) }), ...more });
}

export interface Hazard {
  readonly check: Check;
  readonly what: string;
  readonly sound: CheckSituation;
  readonly found: CheckSituation;
  readonly verdict: CheckVerdict;
  /** Names of the objects that are told, in any order. */
  readonly names: readonly string[];
  readonly says: RegExp;
}

export function verdictOf(check: Check, situation: CheckSituation): CheckVerdict {
  return runChecks(situation, [check])[0]?.verdict ?? 'Pass';
}

/** A hazard is named and goes when its cause goes. */
export function itTells({ check, what, sound, found, verdict, names, says }: Hazard): void {
  it(`${check.id}: ${verdict} for ${what}, gone when the cause is`, () => {
    expect(verdictOf(check, sound), 'without the cause').to.equal('Pass');
    const [result] = runChecks(found, [check]);
    expect(result, 'not asked').not.to.equal(undefined);
    expect(result!.verdict, JSON.stringify(result!.findings)).to.equal(verdict);
    const worst = result!.findings.filter((finding) => finding.verdict === verdict);
    expect(worst.map(({ message }) => message).join('\n')).to.match(says);
    expect([...new Set(worst.flatMap(({ objects }) => objects.map(({ name }) => name)))].sort()).to.deep.equal([...names].sort());
    for (const { remedy } of worst) expect(remedy).not.to.equal('');
  });
}

/** The same where nobody read the pool's records for it. */
export function unseen(situation: CheckSituation): CheckSituation {
  const { hazards: _, ...inspection } = situation.inspection;
  return { ...situation, inspection };
}
