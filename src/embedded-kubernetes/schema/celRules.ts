// The CEL rules of a schema (`x-kubernetes-validations`): compiled once, run at each place of an object they are written for. A rule that reads `oldSelf`
// runs only where there is an old value to compare with. Simplified against a real server: rules are not type-checked against the schema and not costed.
import { Optional, type Environment, type ParseResult } from '@marcbachmann/cel-js';
import { sameValue } from '../../foundation/sameValue';
import type { Fault, FaultReason } from '../status';
import { celEnvironment } from './celLibrary';
import { aligned, celValue } from './celValues';
import { isStruct, itemKey, memberOf, memberPath, type Schema, type ValidationRule } from './schema';

interface CompiledRule {
  readonly source: ValidationRule;
  readonly holds: ParseResult;
  readonly wording: ParseResult | undefined;
  readonly comparing: boolean;
}

/** A node of the schema with its rules; only branches that have rules. */
interface Branch {
  readonly schema: Schema;
  readonly rules: readonly CompiledRule[];
  readonly members: ReadonlyMap<string, Branch>;
  readonly others: Branch | undefined;
  readonly items: Branch | undefined;
}

export interface Judgement {
  readonly faults: readonly Fault[];
  /** Violations in parts that were so before: told, not refused. */
  readonly warnings: readonly Fault[];
}

export interface CelRules {
  judge(object: unknown, old: unknown): Judgement;
  /** What is wrong with the rules themselves, by the path in the schema. */
  readonly mistakes: readonly Fault[];
}

export function celRules(schema: Schema, path = ''): CelRules {
  const mistakes: Fault[] = [];
  const root = compile(celEnvironment(), schema, path, mistakes);
  return {
    mistakes,
    judge(object, old) {
      const judged = { faults: [] as Fault[], warnings: [] as Fault[] };
      if (root !== undefined) walk(root, object, old, { path: '', unchanged: false, judged });
      return judged;
    },
  };
}

function compile(env: Environment, schema: Schema, path: string, mistakes: Fault[]): Branch | undefined {
  const inside = (name: string, part: Schema): Branch | undefined => compile(env, part, `${path}${name}`, mistakes);
  const rules = (schema['x-kubernetes-validations'] ?? []).flatMap((rule, index) =>
    compileRule(env, rule, `${path}.x-kubernetes-validations[${index}]`, mistakes),
  );
  const members = Object.entries(schema.properties ?? {}).flatMap(([name, part]): [string, Branch][] => {
    const branch = inside(`.properties[${name}]`, part);
    return branch === undefined ? [] : [[name, branch]];
  });
  const others =
    typeof schema.additionalProperties === 'object' ? inside('.additionalProperties', schema.additionalProperties) : undefined;
  const items = schema.items === undefined ? undefined : inside('.items', schema.items);
  if (rules.length === 0 && members.length === 0 && others === undefined && items === undefined) return undefined;
  return { schema, rules, members: new Map(members), others, items };
}

function compileRule(env: Environment, source: ValidationRule, path: string, mistakes: Fault[]): readonly CompiledRule[] {
  try {
    const holds = checked(env, source.rule);
    const wording = source.messageExpression === undefined ? undefined : checked(env, source.messageExpression);
    return [{ source, holds, wording, comparing: /\boldSelf\b/.test(source.rule) }];
  } catch (error) {
    const detail = `compilation failed: ${summary(error)}`;
    mistakes.push({ reason: 'FieldValueInvalid', field: `${path}.rule`, value: source.rule, detail });
    return [];
  }
}

function checked(env: Environment, expression: string): ParseResult {
  const parsed = env.parse(expression);
  const { error } = parsed.check();
  if (error !== undefined) throw error;
  return parsed;
}

function summary(error: unknown): string {
  const { summary: short, message } = error as { summary?: string; message: string };
  return short ?? message;
}

/** The commonest failures in the words of a real server; others in the library's. */
function worded(error: unknown): string {
  const { code } = error as { code?: string };
  if (code === 'invalid_duration') return "type conversion error from 'string' to 'google.protobuf.Duration'";
  const text = summary(error);
  return `${text.charAt(0).toLowerCase()}${text.slice(1)}`;
}

interface Place {
  readonly path: string;
  /** Whether this value, or one around it below the root, is what it was. */
  readonly unchanged: boolean;
  readonly judged: { readonly faults: Fault[]; readonly warnings: Fault[] };
}

function walk(branch: Branch, value: unknown, old: unknown, place: Place): void {
  if (value === undefined || value === null) return;
  const before = aligned(old, value, branch.schema);
  const unchanged = place.unchanged || (place.path !== '' && old !== undefined && sameValue(before, value));
  const violations = branch.rules.flatMap((rule) => violation(rule, branch.schema, value, before, place.path) ?? []);
  (unchanged ? place.judged.warnings : place.judged.faults).push(...violations);
  if (Array.isArray(value)) walkItems(branch, value, before, { ...place, unchanged });
  else if (isStruct(value)) walkMembers(branch, value, before, { ...place, unchanged });
}

function walkItems({ items, schema }: Branch, value: readonly unknown[], old: unknown, place: Place): void {
  if (items === undefined) return;
  const keyed = schema['x-kubernetes-list-type'] === 'map' && Array.isArray(old);
  const before = new Map(keyed ? (old as unknown[]).map((item) => [itemKey(schema, item), item]) : []);
  value.forEach((item, index) => {
    walk(items, item, keyed ? before.get(itemKey(schema, item)) : undefined, { ...place, path: `${place.path}[${index}]` });
  });
}

function walkMembers(branch: Branch, value: Readonly<Record<string, unknown>>, old: unknown, place: Place): void {
  for (const [name, member] of Object.entries(value)) {
    const declared = branch.schema.properties?.[name] !== undefined;
    const inside = declared ? branch.members.get(name) : memberOf(branch.schema, name) && branch.others;
    const before = isStruct(old) ? old[name] : undefined;
    if (inside !== undefined) walk(inside, member, before, { ...place, path: memberPath(place.path, name, declared) });
  }
}

function violation(rule: CompiledRule, schema: Schema, value: unknown, old: unknown, path: string): Fault | undefined {
  const { source, comparing } = rule;
  if (comparing && old === undefined && source.optionalOldSelf !== true) return undefined;
  const context = { self: celValue(value, schema), oldSelf: oldSelfOf(source, old, schema) };
  const field = `${path}${source.fieldPath ?? ''}`.replace(/^\./, '');
  try {
    if (rule.holds(context) === true) return undefined;
  } catch (error) {
    const detail = `${worded(error)} evaluating rule: ${source.message ?? source.rule}`;
    return { reason: 'FieldValueInvalid', field, value: schema.type, detail };
  }
  const reason = (source.reason ?? 'FieldValueInvalid') as FaultReason;
  return { reason, field, value, detail: wordingOf(rule, context) };
}

function oldSelfOf({ optionalOldSelf }: ValidationRule, old: unknown, schema: Schema): unknown {
  const before = old === undefined ? undefined : celValue(old, schema);
  if (optionalOldSelf !== true) return before;
  return before === undefined ? Optional.none() : Optional.of(before);
}

/** A message that cannot be made is no reason to let a violation pass: the fixed one is told then, or the rule itself. */
function wordingOf({ source, wording }: CompiledRule, context: object): string {
  const fixed = source.message ?? `failed rule: ${source.rule.trim()}`;
  if (wording === undefined) return fixed;
  try {
    const made: unknown = wording(context);
    return typeof made === 'string' && made.trim() !== '' && !made.includes('\n') ? made : fixed;
  } catch (error) {
    if (error instanceof Error) return fixed;
    throw error;
  }
}
