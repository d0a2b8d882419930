// Every write that comes over the wire: decode, drop and default, decide what belongs to whom, judge, store. One path for create, update, the patches and apply,
// so that none of them knows a rule the others do not.
import { sameValue } from '../../foundation/sameValue';
import type { KubeObject } from '../../kubernetes/api';
import { applied, withManaged } from '../fields/apply';
import { updated, type Manager } from '../fields/ownership';
import { METADATA_SCHEMA } from '../fields/metadataSchema';
import type { Struct } from '../schema/schema';
import { defaulted, pruned } from '../schema/structural';
import { assertFits, faultsOf } from '../rules';
import { alreadyExists, ApiError, badRequest, invalid, notFound, worded, type Fault } from '../status';
import { created, isReleased, replaced, statusReplaced } from '../writes';
import { completedBuiltin, unreadableMember, unreadableTime } from './builtinTypes';
import { Lifecycle, type Deletion } from './lifecycle';
import { jsonPatched, mergePatched, strategicPatched } from './patches';
import type { Target, WriteOptions } from './requests';
import type { ResourceType } from './resourceTypes';
import { viewed } from './reader';
import type { World } from './world';

export interface Written {
  readonly object: Struct;
  readonly created: boolean;
  readonly warnings: readonly string[];
}

export type PatchKind = 'merge' | 'json' | 'strategic' | 'apply';

/** An object on its way in. */
interface Draft {
  readonly object: Struct;
  readonly warnings: readonly string[];
}

export class Writer {
  private readonly lifecycle: Lifecycle;

  constructor(private readonly world: World) {
    this.lifecycle = new Lifecycle(world);
  }

  create(target: Target, body: Struct, options: WriteOptions): Written {
    const { type } = target;
    const named = this.named(target, body);
    const draft = this.decode(type, named, options, 400);
    this.assertNamespace(target, draft.object);
    const object = this.born(type, completedBuiltin(type, draft.object) as unknown as KubeObject);
    const { name } = object.metadata;
    if (this.world.find(type, object.metadata.namespace ?? '', name) !== undefined) throw alreadyExists(type, name);
    const managed = this.managed(undefined, object as unknown as Struct, type, managerOf(options, 'Update', ''));
    const warnings = this.judge(type, managed, undefined);
    return { object: this.store(type, managed, options), created: true, warnings: [...draft.warnings, ...warnings] };
  }

  update(target: Target, body: Struct, options: WriteOptions): Written {
    const { type, name } = target;
    const sent = ((body['metadata'] ?? {}) as Struct)['name'];
    if (sent !== name)
      throw badRequest(`the name of the object (${String(sent ?? '')}) does not match the name on the URL (${name})`);
    const old = this.existing(target);
    const draft = this.decode(type, this.placed(target, body), options, 400);
    return this.change(target, old, draft, options);
  }

  patch(target: Target, body: unknown, kind: PatchKind, options: WriteOptions): Written {
    if (kind === 'apply') return this.apply(target, body as Struct, options);
    const { type } = target;
    const old = this.existing(target);
    const shown = this.shown(type, old);
    const next = patched(shown, body, kind, type);
    if (target.subresource === '') assertSameUid(type, old, next);
    const draft = this.decode(type, withUidOf(next, old), options, 422);
    return this.change(target, old, draft, options);
  }

  delete(target: Target, deletion: Deletion): Struct {
    const old = this.existing(target);
    return this.lifecycle.delete(target.type, old, deletion);
  }

  private apply(target: Target, body: Struct, options: WriteOptions): Written {
    const { type, name, subresource } = target;
    if (!options.named)
      throw invalid({ group: 'meta.k8s.io', version: 'v1', plural: '', kind: 'PatchOptions' }, '', [
        { reason: 'FieldValueRequired', field: 'fieldManager', detail: 'is required for apply patch' },
      ]);
    if (((body['metadata'] ?? {}) as Struct)['managedFields'] !== undefined)
      throw badRequest('metadata.managedFields must be nil');
    const live = this.world.find(type, target.namespace, name);
    if (live === undefined && subresource !== '') throw notFound(type, name);
    const sent = this.decode(type, this.placed(target, body), options, 422, false);
    const wanted = narrowed(sent.object, type, subresource);
    const next = applied({
      live: live && this.shown(type, live),
      wanted,
      schema: type.schema,
      manager: managerOf(options, 'Apply', subresource),
      force: options.force,
      apiVersion: apiVersionOf(type),
      now: this.world.now(),
    });
    const draft = { object: this.stored(type, type.judge.defaulted(next)), warnings: sent.warnings };
    if (live !== undefined) return this.change(target, live, draft, options, true);
    this.assertNamespace(target, draft.object);
    const object = this.born(type, completedBuiltin(type, draft.object) as unknown as KubeObject);
    const warnings = this.judge(type, object, undefined);
    return { object: this.store(type, object, options), created: true, warnings: [...draft.warnings, ...warnings] };
  }

  /** The rest of every change of an object that is there. */
  private change(target: Target, raw: KubeObject, draft: Draft, options: WriteOptions, isApply = false): Written {
    const { type, subresource } = target;
    const old = type.custom ? viewed(type, raw) : raw;
    const make = subresource === 'status' ? statusReplaced : replaced;
    const rules = { resource: type, status: type.status };
    const asked = versioned(type, draft.object as unknown as KubeObject, old);
    const { managedFields } = asked.metadata as { managedFields?: unknown };
    const made = completedBuiltin(type, make(type, asked, old, rules) as unknown as Struct) as unknown as KubeObject;
    const manager = managerOf(options, 'Update', subresource);
    const managed = isApply
      ? (withManaged(made as unknown as Struct, (managedFields ?? []) as []) as unknown as KubeObject)
      : this.managed(old, made as unknown as Struct, type, manager);
    const next = type.custom || type.plural === 'customresourcedefinitions' ? managed : withoutGeneration(managed);
    const warnings = [...draft.warnings, ...this.judge(type, next, old)];
    if (isUnchanged(next, raw)) return { object: this.shown(type, raw), created: false, warnings };
    if (isReleased(next)) return { object: this.lifecycle.remove(type, next, options.dryRun), created: false, warnings };
    return { object: this.store(type, next, options), created: false, warnings };
  }

  private managed(old: KubeObject | undefined, next: Struct, type: ResourceType, manager: Manager): KubeObject {
    const stamp = { apiVersion: apiVersionOf(type), now: this.world.now() };
    const [before, after] = [
      old === undefined ? undefined : this.shown(type, old),
      this.shown(type, next as unknown as KubeObject),
    ];
    const entries = updated(before, after, manager, type.schema, stamp);
    return withManaged(next, entries) as unknown as KubeObject;
  }

  private judge(type: ResourceType, object: KubeObject, old: KubeObject | undefined): readonly string[] {
    const seen = this.shown(type, object) as unknown as KubeObject;
    const before = old === undefined ? undefined : (this.shown(type, old) as unknown as KubeObject);
    const { faults, warnings } = type.judge.judge(seen, before);
    const all = [...faultsOf(type, object, old), ...faults, ...this.world.faults(type, object, old)];
    if (all.length > 0) throw invalid(type, object.metadata.name, all);
    return warnings.map((fault) => `${fault.field}: ${worded(fault)}`);
  }

  private store(type: ResourceType, object: KubeObject, { dryRun }: WriteOptions): Struct {
    assertFits(this.world.objects.next(object).text);
    if (dryRun) return this.shown(type, object);
    return this.shown(type, this.world.put(type, object));
  }

  private existing({ type, namespace, name }: Target): KubeObject {
    const found = this.world.find(type, namespace, name);
    if (found === undefined) throw notFound(type, name);
    return found;
  }

  private born(type: ResourceType, object: KubeObject): KubeObject {
    const rules =
      type.custom || type.plural === 'customresourcedefinitions' ? { resource: type, status: type.status } : undefined;
    const born = created(type, object, rules, { uid: this.world.uid(), creationTimestamp: this.world.now() });
    const { generateName } = object.metadata as { generateName?: string };
    const base = { ...born, apiVersion: type.view === undefined ? born.apiVersion : 'v1' };
    if (base.metadata.name !== undefined || generateName === undefined) return base;
    return { ...base, metadata: { ...base.metadata, name: `${generateName}${this.world.suffix()}` } };
  }

  /** Reads what was sent: the right kind, nothing unknown or all unknown reported, defaults filled in; in the form that is stored. */
  private decode(type: ResourceType, body: Struct, options: WriteOptions, strictCode: 400 | 422, fill = true): Draft {
    assertKind(type, body);
    const { value, unknown } = type.judge.pruned(body);
    const metadata = pruned((body['metadata'] ?? {}) as Struct, METADATA_SCHEMA);
    const kept = defaulted(dropNulls(metadata.value), METADATA_SCHEMA) as Struct;
    const object = { ...value, metadata: kept };
    const faults = unknownFields(unknown, metadata.unknown);
    const isStrict = faults.length > 0 && options.fieldValidation === 'Strict';
    const unreadable = isStrict
      ? `strict decoding error: ${faults.join(', ')}`
      : (unreadableTime(type, body) ?? unreadableMember(type, object));
    if (unreadable !== undefined) throw undecodable(type, body, unreadable, strictCode);
    const warnings = options.fieldValidation === 'Warn' ? faults : [];
    return { object: fill ? this.stored(type, type.judge.defaulted(object)) : object, warnings };
  }

  private named(target: Target, body: Struct): Struct {
    return this.placed({ ...target, name: '' }, body);
  }

  /** The body with name and namespace of the path; it may leave them out, but not contradict. */
  private placed({ namespace, name }: Target, body: Struct): Struct {
    const metadata = (body['metadata'] ?? {}) as Struct;
    const sent = metadata['namespace'];
    if (sent !== undefined && sent !== '' && namespace !== '' && sent !== namespace)
      throw badRequest(`the namespace of the provided object does not match the namespace sent on the request`);
    const place = { ...(namespace === '' ? {} : { namespace }), ...(name === '' ? {} : { name }) };
    return { ...body, metadata: { ...metadata, ...place } };
  }

  private assertNamespace({ type, namespace }: Target, object: Struct): void {
    if (!type.namespaced) return;
    if (namespace === '') throw badRequest('namespace is required');
    const found = this.world.namespace(namespace);
    if (found === undefined) throw notFound({ group: '', version: 'v1', plural: 'namespaces', kind: 'Namespace' }, namespace);
    if (found.metadata.deletionTimestamp === undefined) return;
    const { name } = object['metadata'] as { name?: string };
    const qualified = type.group === '' ? type.plural : `${type.plural}.${type.group}`;
    const why = `unable to create new content in namespace ${namespace} because it is being terminated`;
    const causes = [
      { reason: 'NamespaceTerminating', message: `namespace ${namespace} is being terminated`, field: 'metadata.namespace' },
    ];
    const details = { name: name ?? '', ...(type.group === '' ? {} : { group: type.group }), kind: type.plural, causes };
    throw new ApiError('Forbidden', 403, 'Forbidden', `${qualified} ${JSON.stringify(name)} is forbidden: ${why}`, details);
  }

  private shown(type: ResourceType, object: KubeObject): Struct {
    return viewed(type, object) as unknown as Struct;
  }

  private stored(type: ResourceType, object: Struct): Struct {
    return type.view === undefined ? object : type.view.toStored(object);
  }
}

function patched(object: Struct, body: unknown, kind: Exclude<PatchKind, 'apply'>, type: ResourceType): Struct {
  if (kind === 'json') return jsonPatched(object, body);
  if (kind === 'strategic') return strategicPatched(object, body, type.schema) as Struct;
  return mergePatched(object, body) as Struct;
}

function managerOf(options: WriteOptions, operation: Manager['operation'], subresource: string): Manager {
  return { name: options.fieldManager, operation, subresource };
}

export function apiVersionOf({ group, version }: ResourceType): string {
  return group === '' ? version : `${group}/${version}`;
}

/** What a subresource's apply may claim. */
function narrowed(object: Struct, type: ResourceType, subresource: string): Struct {
  const { status, ...rest } = object;
  if (!type.status) return object;
  if (subresource === '') return rest;
  const { name, namespace, resourceVersion, uid } = object['metadata'] as Struct;
  const metadata = Object.fromEntries(
    Object.entries({ name, namespace, resourceVersion, uid }).filter(([, value]) => value !== undefined),
  );
  return { apiVersion: object['apiVersion'], kind: object['kind'], metadata, ...(status === undefined ? {} : { status }) };
}

/** Built-in resources may be replaced without saying which version was read. */
function versioned(type: ResourceType, object: KubeObject, old: KubeObject): KubeObject {
  if (type.custom || object.metadata.resourceVersion !== undefined) return object;
  return { ...object, metadata: { ...object.metadata, resourceVersion: old.metadata.resourceVersion! } };
}

function withoutGeneration(object: KubeObject): KubeObject {
  const { generation: _none, ...metadata } = object.metadata;
  return { ...object, metadata };
}

function isUnchanged(next: KubeObject, old: KubeObject): boolean {
  return sameValue(JSON.parse(JSON.stringify(next)), old);
}

function assertSameUid(type: ResourceType, old: KubeObject, next: Struct): void {
  const { uid } = (next['metadata'] ?? {}) as { uid?: string };
  if (uid === undefined || uid === old.metadata.uid) return;
  const detail = 'field is immutable';
  const fault: Fault = { reason: 'FieldValueInvalid', field: 'metadata.uid', value: uid, detail };
  throw invalid(type, old.metadata.name, [fault]);
}

/** A uid in a patch of a subresource is passed over. */
function withUidOf(next: Struct, { metadata: { uid } }: KubeObject): Struct {
  return { ...next, metadata: { ...((next['metadata'] ?? {}) as Struct), uid } };
}

function unknownFields(ofObject: readonly string[], ofMetadata: readonly string[]): readonly string[] {
  const paths = [...ofObject, ...ofMetadata.map((path) => `metadata.${path}`)].sort();
  return paths.map((path) => `unknown field ${JSON.stringify(path)}`);
}

function dropNulls(metadata: Struct): Struct {
  return Object.fromEntries(Object.entries(metadata).filter(([, value]) => value !== null));
}

function assertKind(type: ResourceType, body: Struct): void {
  const { kind, apiVersion } = body;
  const expected = apiVersionOf(type);
  if (kind === undefined || kind === '') throw badRequest("Object 'Kind' is missing in the request body");
  if (apiVersion !== expected)
    throw badRequest(`the API version in the data (${String(apiVersion)}) does not match the expected API version (${expected})`);
  if (kind === type.kind) return;
  const { name } = (body['metadata'] ?? {}) as { name?: string };
  const fault: Fault = { reason: 'FieldValueInvalid', field: 'kind', value: kind, detail: `must be ${type.kind}` };
  throw invalid({ ...type, kind: String(kind) }, name ?? '', [fault]);
}

/** A body that is no object of its type: 400, or 422 when a patch made it so. */
function undecodable(type: ResourceType, body: Struct, why: string, code: 400 | 422): ApiError {
  if (code === 400)
    return badRequest(`${type.kind} in version ${JSON.stringify(type.version)} cannot be handled as a ${type.kind}: ${why}`);
  const fault: Fault = { reason: 'FieldValueInvalid', field: 'patch', value: JSON.stringify(body), detail: why };
  return invalid({ group: '', version: '', plural: '', kind: '' }, '', [fault]);
}
