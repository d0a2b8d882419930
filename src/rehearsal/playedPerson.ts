// The person of a rehearsal: boots the installer where the status asks for it, and grants the approvals that gates ask for. Decisions after a halt are
// never taken for anybody.
import type { PoolUpgrade } from '../api/generated/poolUpgrade';
import { ANNOTATIONS, POOL_UPGRADES } from '../api/poolUpgrade';
import { readState } from '../controller/store/status';
import { KubeError } from '../kubernetes/api';
import { createPerson } from '../simulator/metal/person';
import { brandOf } from '../plan/release';
import type { RunState } from '../upgrade/state';
import type { Scene } from './stage';

/** How long the person takes to walk to a host. */
const WALK_MS = 5 * 60_000;

/** Waits that only a person ends. */
export const PERSONAL_WAITS: readonly string[] = ['BootInstaller', 'ApprovalMissing', 'PausedByUser', 'DryRun'];

export interface PlayedPerson {
  /** Looks at the status as a person would. */
  look(object: PoolUpgrade): void;
}

export function playPerson(stage: Scene): PlayedPerson {
  const person = createPerson(stage.world, WALK_MS);
  const asked = new Set<string>();
  const once = (key: string, work: () => void): void => {
    if (asked.has(key)) return;
    asked.add(key);
    work();
  };
  return {
    look(object) {
      const state = readState(object);
      if (state === undefined) return;
      const waiting = state.hosts.find((host) => host.phase === 'AwaitingOperator');
      const brand = brandOf(state.plan?.hop.toBrand);
      if (waiting !== undefined)
        once(`boot ${waiting.uuid} ${waiting.attempt}`, () => person.asked(waiting.uuid, { brand, version: waiting.to }));
      const approval = approvalFor(state);
      if (approval !== undefined) once(`approve ${approval}`, () => void approve(stage, object, approval));
    },
  };
}

/** What to approve, as the status asks. */
function approvalFor(state: RunState): string | undefined {
  if (state.reason !== 'ApprovalMissing' || state.plan === undefined) return undefined;
  const next = state.hosts.find((host) => host.phase === 'Pending');
  return state.phase === 'Upgrading' && next !== undefined ? `${state.plan.hash}/${next.name}` : state.plan.hash;
}

async function approve(stage: Scene, { metadata }: PoolUpgrade, value: string): Promise<void> {
  for (;;) {
    const object = await stage.api.get<PoolUpgrade>(POOL_UPGRADES, metadata.namespace ?? 'default', metadata.name);
    const annotations = { ...object.metadata.annotations, [ANNOTATIONS.approve]: value };
    try {
      await stage.api.replace(POOL_UPGRADES, { ...object, metadata: { ...object.metadata, annotations } });
      return;
    } catch (error) {
      if (!(error instanceof KubeError) || error.kind !== 'Conflict') throw error;
    }
  }
}
