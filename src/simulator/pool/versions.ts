// How XAPI compares hosts. It knows nothing of products: it compares a few keys of `software_version`, and two questions use different keys.
import type { DatabaseRecord } from './liveDatabase';
import { map } from './recordFields';

/** Component by component, as numbers; what is missing at the end counts as 0. Everything but digits separates. */
export function compareDotted(one: string, other: string): number {
  const ours = one.split(/\D+/).filter((part) => part !== '');
  const theirs = other.split(/\D+/).filter((part) => part !== '');
  for (let index = 0; index < Math.max(ours.length, theirs.length); index++) {
    const difference = Number(ours[index] ?? 0) - Number(theirs[index] ?? 0);
    if (difference !== 0) return Math.sign(difference);
  }
  return 0;
}

type Keys = Readonly<Record<string, string>>;

/** Where a side has no `platform_version` (6.0 and earlier) both are compared by product version. */
function comparePlatform(one: Keys, other: Keys): number {
  const key =
    one['platform_version'] !== undefined && other['platform_version'] !== undefined ? 'platform_version' : 'product_version';
  return compareDotted(one[key] ?? '', other[key] ?? '');
}

/** Negative, 0 or positive; 0 where a side does not say. */
function compareKey(one: Keys, other: Keys, key: string): number {
  const ours = one[key];
  const theirs = other[key];
  return ours === undefined || theirs === undefined ? 0 : compareDotted(ours, theirs);
}

/** Whether two hosts count as the same version for the rolling-upgrade mode (`Checks.RPU.version_keys`). */
export function sameVersion(one: DatabaseRecord, other: DatabaseRecord): boolean {
  const [ours, theirs] = [map(one, 'software_version'), map(other, 'software_version')];
  return comparePlatform(ours, theirs) === 0 && compareKey(ours, theirs, 'xapi') === 0;
}

/** Whether a guest may move from one host to the other: not older in any key (`Checks.Migration.version_keys`). */
export function mayMigrate(from: DatabaseRecord, to: DatabaseRecord): boolean {
  const [source, target] = [map(from, 'software_version'), map(to, 'software_version')];
  return comparePlatform(target, source) >= 0 && ['xapi_build', 'xen'].every((key) => compareKey(target, source, key) >= 0);
}

/** Which of two hosts has the later system; for picking the highest version of a pool. */
export function compareSystems(one: DatabaseRecord, other: DatabaseRecord): number {
  const [ours, theirs] = [map(one, 'software_version'), map(other, 'software_version')];
  return comparePlatform(ours, theirs) || compareKey(ours, theirs, 'xapi');
}
