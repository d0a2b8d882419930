// The person of a rehearsal: boots the installer where the status asks for it, and grants the approvals that gates ask for. Decisions after a halt are
// taken for nobody: the person says then what the rehearsal was told, and nothing else.
import type { PoolUpgrade } from '../api/generated/poolUpgrade';
import { ANNOTATIONS, POOL_UPGRADES } from '../api/poolUpgrade';
import { applyHotfix, PLUGIN_HOTFIX } from '../simulator/pool/applyHotfix';
import { readState } from '../controller/store/status';
import { KubeError } from '../kubernetes/api';
import { createPerson } from '../simulator/metal/person';
import { brandOf } from '../plan/release';
import type { Verb } from '../upgrade/orders';
import { approvalOf } from '../upgrade/pool/upgrading';
import { isOver, type RunState } from '../upgrade/state';
import type { Scene } from './stage';

/** How long the person thinks before saying what is to become of a halted run. */
const THINK_MS = 10 * 60_000;
/** How long the person takes to walk to a host. */
const WALK_MS = 5 * 60_000;

/** Waits that only a person ends. */
export const PERSONAL_WAITS: readonly string[] = [
  'BootInstaller',
  'ApprovalMissing',
  'ApprovalForAnotherPlan',
  'PausedByUser',
  'DryRun',
  'WindowTooShort',
];

export interface PlayedPerson {
  /** Looks at the status as a person would. */
  look(object: PoolUpgrade): void;
  /** Whether something is left to say to a run that halted, or what was said is not taken up yet. */
  hasMoreToSay(object: PoolUpgrade): boolean;
  /** How often a halted run was told to go on. */
  readonly goneOn: number;
}

/** @param words said one a halt, in order */
export function playPerson(stage: Scene, words: readonly Verb[] = []): PlayedPerson {
  const person = createPerson(stage.world, WALK_MS);
  const asked = new Set<string>();
  let said = 0;
  const once = (key: string, work: () => void): void => {
    if (asked.has(key)) return;
    asked.add(key);
    work();
  };
  const askForHotfix = (state: RunState): void => {
    if (!wantsHotfix(state)) return;
    const work = (): void => applyHotfix(stage.world.database, PLUGIN_HOTFIX);
    once(`hotfix ${state.plan?.at ?? 0}`, () => void stage.clock.after(WALK_MS, work));
  };
  return {
    look(object) {
      const state = readState(object);
      if (state === undefined) return;
      const waiting = state.hosts.find((host) => host.phase === 'AwaitingOperator');
      const brand = brandOf(state.plan?.hop.toBrand);
      if (waiting !== undefined)
        once(`boot ${waiting.uuid} ${waiting.to} ${waiting.attempt}`, () =>
          person.asked(waiting.uuid, { brand, version: waiting.to }),
        );
      askForHotfix(state);
      const approval = approvalFor(state);
      if (approval !== undefined) once(`approve ${approval}`, () => void annotate(stage, object, 'approve', approval));
      const word = words[said];
      if (word === undefined || !isHaltedForGood(state) || !isHeard(state, words, said)) return;
      said += 1;
      const nonce = String(said);
      stage.clock.after(THINK_MS, () => void annotate(stage, object, word, nonce));
    },
    hasMoreToSay(object) {
      const state = readState(object);
      return state !== undefined && (said < words.length || !isHeard(state, words, said));
    },
    get goneOn() {
      return said;
    },
  };
}

/** On its way the pool came to a release of which the staging plugin must be renewed first. One that begins there was refused, and nobody is asked. */
export function wantsHotfix({ phase, reason }: RunState): boolean {
  return phase === 'Upgrading' && reason === 'HotfixMissing';
}

function isHaltedForGood(state: RunState): boolean {
  return state.phase === 'Halted' && isOver(state);
}

/** Whether the last word was taken up. */
function isHeard(state: RunState, words: readonly Verb[], said: number): boolean {
  const last = words[said - 1];
  return last === undefined || state.handled?.[last] === String(said);
}

/** What to approve, as the status asks. */
function approvalFor(state: RunState): string | undefined {
  if (!['ApprovalMissing', 'ApprovalForAnotherPlan'].includes(state.reason) || state.plan === undefined) return undefined;
  const next = state.hosts.find((host) => host.phase === 'Pending');
  return state.phase === 'Upgrading' && next !== undefined ? approvalOf({ state }, next) : state.plan.hash;
}

async function annotate(stage: Scene, { metadata }: PoolUpgrade, name: keyof typeof ANNOTATIONS, value: string): Promise<void> {
  for (;;) {
    const object = await stage.api.get<PoolUpgrade>(POOL_UPGRADES, metadata.namespace ?? 'default', metadata.name);
    const annotations = { ...object.metadata.annotations, [ANNOTATIONS[name]]: value };
    try {
      await stage.api.replace(POOL_UPGRADES, { ...object, metadata: { ...object.metadata, annotations } });
      return;
    } catch (error) {
      if (!(error instanceof KubeError) || error.kind !== 'Conflict') throw error;
    }
  }
}
