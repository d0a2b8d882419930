// What can be seen of an upgrade at a moment: the object and its events, as on any cluster, and of the simulated world where VMs run.
import type { PoolUpgrade } from '../api/generated/poolUpgrade';
import type { Guest } from './folder';

/** The part of the control's `/world` that is read here. */
export interface WorldView {
  /** ISO 8601. */
  readonly now: string;
  readonly machines: readonly {
    readonly uuid: string;
    readonly name: string;
    /** `Off`, `Up`, `Installing`, …. */
    readonly state: string;
    readonly system: string | null;
  }[];
  readonly domains: readonly (Guest & { readonly state: string })[];
  readonly idleFaults: readonly string[];
}

/** A Kubernetes event about the object. */
export interface Told {
  readonly type: string;
  readonly reason: string;
  readonly note: string;
}

export interface Sight {
  /** Wall time of the pool when it was taken; milliseconds since the epoch. */
  readonly now: number;
  /** Milliseconds of the pool in a real one. */
  readonly pace: number;
  readonly object: PoolUpgrade | undefined;
  readonly world: WorldView | undefined;
  /** The newest event. */
  readonly told: Told | undefined;
}

/** Milliseconds of the pool since the run began; 0 before. */
export function elapsed({ now, object }: Sight): number {
  const startedAt = object?.status?.run?.startedAt;
  return startedAt === undefined ? 0 : Math.max(0, now - Date.parse(startedAt));
}
