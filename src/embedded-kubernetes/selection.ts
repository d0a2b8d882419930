// Which objects a label and a field selector let through, and what a watch tells its watcher when an object comes to match or ceases to.
import { KubeError, type KubeObject, type Selection } from '../kubernetes/api';

type Matches = (object: KubeObject) => boolean;

/** @throws KubeError `Invalid` for a selector that is none, or names a field that cannot be selected by */
export function matcherOf({ labelSelector = '', fieldSelector = '' }: Selection): Matches {
  const tests = [...split(labelSelector).map(labelTest), ...split(fieldSelector).map(fieldTest)];
  return (object) => tests.every((test) => test(object));
}

/** What a change is to somebody who sees only what matches; undefined when it is nothing to him. */
export function seenAs(
  type: 'ADDED' | 'MODIFIED' | 'DELETED',
  matchedBefore: boolean,
  matchesNow: boolean,
): 'ADDED' | 'MODIFIED' | 'DELETED' | undefined {
  if (type === 'DELETED') return matchedBefore ? 'DELETED' : undefined;
  if (matchesNow) return type === 'ADDED' || !matchedBefore ? 'ADDED' : 'MODIFIED';
  return matchedBefore ? 'DELETED' : undefined;
}

/** Splits at commas that are not within parentheses. */
function split(selector: string): string[] {
  return selector.split(/,(?![^(]*\))/).flatMap((part) => (part.trim() === '' ? [] : [part.trim()]));
}

function labelTest(requirement: string): Matches {
  const label = (object: KubeObject, key: string): string | undefined => object.metadata.labels?.[key];
  const set = /^(\S+)\s+(in|notin)\s+\(([^)]*)\)$/.exec(requirement);
  if (set !== null) {
    const values = set[3]!.split(',').map((value) => value.trim());
    const within: Matches = (object) => values.includes(label(object, set[1]!) ?? '\u0000');
    return set[2] === 'in' ? within : (object) => !within(object);
  }
  const equality = /^([^\s=!]+)\s*(==|=|!=)\s*([^\s=!]*)$/.exec(requirement);
  if (equality !== null) {
    const [, key = '', operator, value] = equality;
    return (object) => (label(object, key) === value) === (operator !== '!=');
  }
  const existence = /^(!?)([^\s=!()]+)$/.exec(requirement);
  if (existence === null) throw new KubeError('Invalid', `unable to parse requirement "${requirement}" of a label selector`);
  return (object) => (label(object, existence[2]!) !== undefined) === (existence[1] === '');
}

function fieldTest(requirement: string): Matches {
  const parts = /^([^\s=!]+)(==|=|!=)(.*)$/.exec(requirement);
  if (parts === null) throw new KubeError('Invalid', `invalid field selector "${requirement}"`);
  const [, field, operator, value] = parts;
  if (field !== 'metadata.name' && field !== 'metadata.namespace')
    throw new KubeError('Invalid', `field label not supported: ${field}`);
  const member = field === 'metadata.name' ? 'name' : 'namespace';
  return ({ metadata }) => ((metadata[member] ?? '') === value) === (operator !== '!=');
}
