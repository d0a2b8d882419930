// Label and field selectors: what a list or watch is narrowed to.
import type { KubeObject } from '../../kubernetes/api';
import { badRequest } from '../status';
import { valuesAt } from './jsonPath';
import type { ResourceType } from './resourceTypes';

export type Selects = (object: KubeObject) => boolean;

/** Splits at commas outside parentheses. */
function clauses(selector: string): readonly string[] {
  return selector
    .split(/,(?![^(]*\))/)
    .map((clause) => clause.trim())
    .filter((clause) => clause !== '');
}

/** @throws ApiError 400 for a selector that is none */
export function labelSelector(selector: string): Selects {
  const tests = clauses(selector).map(labelTest);
  return ({ metadata }) => tests.every((test) => test(metadata.labels ?? {}));
}

type Labels = Readonly<Record<string, string>>;

function labelTest(clause: string): (labels: Labels) => boolean {
  const set = /^(\S+)\s+(in|notin)\s*\(([^)]*)\)$/.exec(clause);
  if (set !== null) {
    const [, key = '', word, list = ''] = set;
    const values = list.split(',').map((value) => value.trim());
    return word === 'in'
      ? (labels) => labels[key] !== undefined && values.includes(labels[key])
      : (labels) => labels[key] === undefined || !values.includes(labels[key]);
  }
  const equality = /^([^\s=!]+)\s*(==|=|!=)\s*([^\s=!]*)$/.exec(clause);
  if (equality !== null) {
    const [, key = '', sign, value] = equality;
    return sign === '!=' ? (labels) => labels[key] !== value : (labels) => labels[key] === value;
  }
  const presence = /^(!?)\s*([^\s=!]+)$/.exec(clause);
  if (presence === null) throw badRequest(`unable to parse requirement: found '${clause}', expected: a label selector`);
  const [, not, key = ''] = presence;
  return (labels) => Object.hasOwn(labels, key) === (not === '');
}

/** @throws ApiError 400 for fields the resource cannot be selected by */
export function fieldSelector(selector: string, type: ResourceType): Selects {
  const known = [...(type.namespaced ? ['.metadata.namespace'] : []), '.metadata.name', ...type.selectable];
  const tests = clauses(selector).map((clause) => {
    const [, field = '', sign, value = ''] = /^([^=!]+)(==|=|!=)(.*)$/.exec(clause) ?? [];
    if (sign === undefined) throw badRequest(`invalid selector: '${selector}'; can't understand '${clause}'`);
    const path = `.${field.replace(/^\./, '')}`;
    if (!known.includes(path)) throw badRequest(`field label not supported: ${field}`);
    return (object: KubeObject): boolean => (String(valuesAt(object, path)[0] ?? '') === value) === (sign !== '!=');
  });
  return (object) => tests.every((test) => test(object));
}
