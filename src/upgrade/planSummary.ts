// What of the plan stands in the status: enough to go by and to read; the whole lies in ConfigMaps.
import type { Migrations } from '../plan/pass/pass';
import type { Brand, Release } from '../plan/release';

export interface HostTime {
  /** Uuid. */
  readonly host: string;
  readonly likelySeconds: number;
  readonly mostSeconds: number;
}

export interface PlanSummary {
  /** Absent until the plan is made. */
  readonly hash?: string;
  /** The hop in work. */
  readonly hop: { readonly fromBrand: Brand; readonly from: string; readonly toBrand: Brand; readonly to: string };
  /** Every release on the way, the pool's own first: hop `at` leads from `path[at]` to `path[at + 1]`. Absent in what older versions planned. */
  readonly path?: readonly Release[];
  /** Which hop is in work, from 0. */
  readonly at?: number;
  readonly order: readonly string[];
  readonly warnings: readonly string[];
  readonly migrations: MigrationCount;
  /** How long each host of the hop is in work. */
  readonly estimates?: readonly HostTime[];
  /** Where the whole plan is written down: the first of its ConfigMaps. */
  readonly configMap?: string;
  /** All of them, to read it back. */
  readonly kept?: SavedDocument;
  /** Why it is not the plan of before, newest first, in words. */
  readonly changed?: readonly string[];
}

/** Over all hops. All but `bound` are absent before the plan is made. */
export interface MigrationCount extends Partial<Migrations> {
  readonly bound: number;
}

/** A text in immutable ConfigMaps, in order, and its digest. */
export interface SavedDocument {
  readonly configMaps: readonly string[];
  readonly sha256: string;
}
