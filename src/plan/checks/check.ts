// What a check before an upgrade is: pure, over what was seen of the pool, with a verdict, the objects it is about, and the remedy in words. One module a
// check; the registry in this folder lists them all, and the table in docs/ is generated from it.
import type { Guests, Pool } from '../pool';
import type { Release } from '../release';
import type { Pass } from '../pass/pass';
import type { Inspection } from './inspection';

/**
 * Unknown never counts as Pass. A check that could block says Unknown, which holds the run up until it can be told; one that could only warn says Warn,
 * and that it cannot tell.
 */
export type CheckVerdict = 'Pass' | 'Warn' | 'Block' | 'Unknown';

export interface CheckedObject {
  readonly kind: 'pool' | 'host' | 'VM' | 'SR' | 'network' | 'task' | 'cluster';
  readonly uuid: string;
  readonly name: string;
}

export interface Finding {
  readonly verdict: Exclude<CheckVerdict, 'Pass'>;
  readonly objects: readonly CheckedObject[];
  /** One sentence: what was found, and what was expected. */
  readonly message: string;
  /** What a person does about it, in words or as a command. */
  readonly remedy: string;
  /** It passes by itself within minutes, with nobody doing anything: it is waited for, and is no refusal. */
  readonly passing?: true;
}

/** When it is asked: while planning, once HA and workload balancing are off, and before each host. */
export type CheckMoment = 'Planning' | 'Prepared' | 'BeforeHost';

export interface CheckHop {
  readonly from: Release;
  readonly to: Release;
  /** Repository of the hop's installer, where one is named. */
  readonly repository: string | undefined;
  /** Every release that is still to be reached, the hop's own first; absent when that is the only one. */
  readonly path?: readonly Release[];
  /** Those of them of which an image is named; absent: none. */
  readonly images?: readonly Release[];
}

/** What of the orders checks read. */
export interface CheckOrders {
  readonly consent: {
    readonly destroyLocalStorage: boolean;
    readonly acceptDowntime: boolean;
    readonly forceMigration: boolean;
    /** Ids of checks whose fix may be run. */
    readonly fixes: readonly string[];
    /** The licence agreement that a release comes with is accepted. */
    readonly acceptEua?: boolean;
  };
  /** By host uuid, of the hosts whose turn is still to come in this hop. */
  readonly methods: Readonly<Record<string, string>>;
  /** What is said of hosts that boot from the boot server; absent: nothing. */
  readonly boot?: BootOrders;
  /** What is said about guests; absent: everything migrates that can, and what cannot is stopped. */
  readonly guests?: {
    readonly whenUnmovable: 'Suspend' | 'Shutdown' | 'Block';
    /** By guest uuid, where a rule says so. */
    readonly actions: Readonly<Record<string, 'Migrate' | 'Suspend' | 'Shutdown' | 'Block'>>;
  };
}

/** By host uuid. */
export interface BootOrders {
  /** The disk that carries the system, where the manifest says so. */
  readonly disks: Readonly<Record<string, string>>;
  readonly firmware: Readonly<Record<string, 'Auto' | 'UEFI' | 'BIOS'>>;
}

export interface CheckSituation {
  readonly moment: CheckMoment;
  /** Uuid, at `BeforeHost`. */
  readonly host: string | undefined;
  readonly pool: Pool;
  readonly world: Guests;
  readonly inspection: Inspection;
  readonly hop: CheckHop;
  readonly orders: CheckOrders;
  /** Undefined while none could be made. */
  readonly pass: Pass | undefined;
  /** Milliseconds since the epoch. */
  readonly now: number;
}

/** One effect by the name under which the heart knows it; see `upgrade/effects`. */
export interface FixStep {
  readonly effect: string;
  readonly object: string;
  readonly name: string;
  readonly params: Readonly<Record<string, string>>;
}

export interface Fix {
  /** What is done, e.g. `pool.disable_ssl_legacy`. */
  readonly does: string;
  /** How it is undone, or why it needs not be. */
  readonly undoes: string;
  /** What to do now; empty when there is nothing (left) to fix. */
  steps(situation: CheckSituation): readonly FixedStep[];
}

export interface FixedStep {
  readonly step: FixStep;
  /** Absent: nothing to undo. */
  readonly undo?: FixStep;
  /** Product version from which on the undo neither can nor need be done, because the release no longer has what it would bring back. */
  readonly undoBefore?: string;
}

export interface Check {
  /** In PascalCase; a reason of the closed list in `api/reasons.ts` where it may block. */
  readonly id: string;
  readonly title: string;
  /** Where the rule comes from: section of the XenServer reference, and the vendor's own check where there is one. */
  readonly source: string;
  /** Releases and boot methods it matters to, in words, for the table in docs/. */
  readonly range: string;
  /** What an operator does about it, in words, for the table in docs/. */
  readonly remedy: string;
  readonly moments: readonly CheckMoment[];
  applies(situation: CheckSituation): boolean;
  /** Empty: Pass. */
  judge(situation: CheckSituation): readonly Finding[];
  readonly fix?: Fix;
}

export interface CheckResult {
  readonly id: string;
  readonly title: string;
  /** Where its rule stands, as its check has it. */
  readonly source: string;
  readonly verdict: CheckVerdict;
  readonly findings: readonly Finding[];
  /** Consent to run its fix is given, and it has something to do: what it found holds nothing up, since it is put right first. */
  readonly fixing: boolean;
}
