// Whether a manifest can be followed at all, and what of it a plan is made from. The API server has checked the schema; what no schema can say, and what this
// version does not do, is found here, because a field that is quietly passed over is one that somebody relies on.
import { contradictions } from '../api/crossChecks';
import type { PoolUpgrade, PoolUpgradeSpec } from '../api/generated/poolUpgrade';
import { notYetHonoured } from '../api/notYetHonoured';
import { problem } from '../api/problem';
import { sha256 } from '../foundation/sha256';
import { allChecks, fixableChecks } from '../plan/checks/registry';
import type { Orders } from '../upgrade/orders';
import { volumeProblem } from './store/volumeBackups';

/** Undefined when it can be followed. @param volumes folder in which claims for backups are mounted */
export function unfitness(object: PoolUpgrade, volumes: string | undefined): Orders['unfit'] {
  const wrong = contradictions(object).map((finding) => problem(finding).message);
  if (wrong.length > 0) return { reason: 'InvalidManifest', message: wrong.join('; ') };
  const missing = notYetHonoured(object.spec).map(({ message }) => message);
  if (missing.length > 0) return { reason: 'NotYetHonoured', message: missing.join('; ') };
  const unfixable = unknownFixes(object.spec);
  if (unfixable.length > 0) return { reason: 'InvalidManifest', message: unfixable.join('; ') };
  const { volume } = object.spec.backup;
  const unmounted = volume === undefined ? undefined : volumeProblem(volumes ?? '', volume.claimName);
  return unmounted === undefined ? undefined : { reason: 'InvalidManifest', message: unmounted };
}

/** Consent for a fix that does not exist would be relied upon. */
function unknownFixes({ consent }: PoolUpgradeSpec): readonly string[] {
  const expected = `a check that has a fix: ${fixableChecks.join(', ')}`;
  return consent.fixes.flatMap((id, index) => {
    if (fixableChecks.includes(id)) return [];
    const known = allChecks.some((check) => check.id === id);
    const found = known ? `${id}, a check without a fix` : `${id}, which is no check`;
    return [problem({ path: ['spec', 'consent', 'fixes', index], found, expected }).message];
  });
}

/** Changes when an edit calls for another plan; gates, windows, deadlines and the like are heeded without one. */
export function basisOf({ pool, target, path, releases, boot, hosts, order, vms, consent }: PoolUpgradeSpec): string {
  const basis = { uuid: pool.uuid, endpoints: pool.endpoints, target, path, releases, boot, hosts, order, vms, consent };
  return sha256(JSON.stringify(sorted(basis))).slice(0, 16);
}

/** In one order of keys, whoever wrote them. */
function sorted(value: unknown): unknown {
  if (Array.isArray(value)) return value.map(sorted);
  if (typeof value !== 'object' || value === null) return value;
  const entries = Object.entries(value).sort(([one], [other]) => (one < other ? -1 : 1));
  return Object.fromEntries(entries.map(([key, child]) => [key, sorted(child)]));
}
