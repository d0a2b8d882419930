// Reads a manifest as a person wrote it, YAML or JSON. Either it is a whole PoolUpgrade with every default filled in, or a list of problems that name
// line, column and field.
import { type Document, LineCounter, isMap, isNode, isScalar, parseAllDocuments } from 'yaml';
import type { PoolUpgrade } from './generated/poolUpgrade';
import { contradictions } from './crossChecks';
import { type FieldPath, type Finding, type ManifestProblem, problem, shown } from './problem';
import { POOL_UPGRADES } from './poolUpgrade';
import { type SchemaValidator, schemaValidator } from './schema';

export type { ManifestProblem } from './problem';

export type ManifestResult =
  { readonly ok: true; readonly manifest: PoolUpgrade } | { readonly ok: false; readonly problems: readonly ManifestProblem[] };

/** Far above any real manifest; keeps a mistaken file from being parsed for minutes. In characters. */
const LARGEST = 1024 * 1024;

/**
 * Parses, validates and completes one manifest.
 * @param text YAML or JSON, one document; `status` and bookkeeping that `kubectl get` prints are dropped, as an API server does
 * @throws never; every fault of the text is a problem
 */
export function parseManifest(text: string, validator: SchemaValidator = schemaValidator()): ManifestResult {
  if (text.length > LARGEST)
    return refused([problem({ path: [], found: `${text.length} characters`, expected: `at most ${LARGEST}` })]);
  const lines = new LineCounter();
  const documents = parseAllDocuments(text, { lineCounter: lines, uniqueKeys: true, prettyErrors: false });
  const document = Array.isArray(documents) ? documents[0] : undefined;
  if (document === undefined || document.contents === null)
    return refused([problem({ path: [], found: 'nothing', expected: 'a PoolUpgrade' })]);
  if (documents.length > 1)
    return refused([problem({ path: [], found: `${documents.length} documents`, expected: 'one PoolUpgrade' })]);
  const broken = syntaxProblems(document, lines);
  return broken.length > 0 ? refused(broken) : read(document, lines, validator);
}

/** Validates and completes an object that is not text any more, e.g. one from a cluster. Takes a copy. */
export function validateManifest(object: unknown, validator: SchemaValidator = schemaValidator()): ManifestResult {
  const manifest = withoutBookkeeping(structuredClone(object));
  const findings = check(manifest, validator);
  return findings.length > 0
    ? refused(findings.map((finding) => problem(finding)))
    : { ok: true, manifest: manifest as PoolUpgrade };
}

function refused(problems: readonly ManifestProblem[]): ManifestResult {
  return { ok: false, problems };
}

function syntaxProblems(document: Document.Parsed, lines: LineCounter): readonly ManifestProblem[] {
  return document.errors.map((error) => {
    const { line, col } = lines.linePos(error.pos[0]);
    return problem(
      { path: [], found: `text that is no YAML (${error.message.split('\n', 1)[0]})`, expected: 'one YAML or JSON document' },
      { line, column: col },
    );
  });
}

function read(document: Document.Parsed, lines: LineCounter, validator: SchemaValidator): ManifestResult {
  const { value, finding } = plainValue(document);
  const manifest = withoutBookkeeping(value);
  const findings = finding === undefined ? check(manifest, validator) : [finding];
  if (findings.length === 0) return { ok: true, manifest: manifest as PoolUpgrade };
  return refused(findings.map((one) => problem(one, place(document, lines, one.path))));
}

/** The document as values, or what is wrong with its aliases: one that points nowhere, or so many that a small text becomes a huge object. */
function plainValue(document: Document.Parsed): { readonly value?: unknown; readonly finding?: Finding } {
  try {
    return { value: document.toJS({ maxAliasCount: 100 }) };
  } catch (error) {
    if (error instanceof ReferenceError)
      return { finding: { path: [], found: error.message, expected: 'no aliases, or few that exist' } };
    throw error;
  }
}

function withoutBookkeeping(value: unknown): unknown {
  if (!isRecord(value)) return value;
  const { status: _status, ...object } = value;
  if (!isRecord(object['metadata'])) return object;
  const { managedFields: _managedFields, ...metadata } = object['metadata'];
  return { ...object, metadata };
}

function isRecord(value: unknown): value is Record<string, unknown> {
  return typeof value === 'object' && value !== null && !Array.isArray(value);
}

/** Kind first: a Deployment has a hundred faults as a PoolUpgrade and only one is worth telling. */
function check(object: unknown, validator: SchemaValidator): readonly Finding[] {
  if (!isRecord(object))
    return [
      { path: [], found: shown(object), expected: 'a PoolUpgrade, that is a map with apiVersion, kind, metadata and spec' },
    ];
  const wanted = { apiVersion: `${POOL_UPGRADES.group}/${POOL_UPGRADES.version}`, kind: POOL_UPGRADES.kind };
  const foreign = Object.entries(wanted).filter(([field, value]) => object[field] !== value);
  if (foreign.length > 0)
    return foreign.map(([field, value]) => ({ path: [field], found: shown(object[field]), expected: value }));
  const findings = validator.apply(object);
  return findings.length > 0 ? findings : contradictions(object as unknown as PoolUpgrade);
}

/** Where a field stands, or the nearest thing around it that exists. */
function place(
  document: Document.Parsed,
  lines: LineCounter,
  path: FieldPath,
): { readonly line: number; readonly column: number } | undefined {
  for (let length = path.length; length >= 0; length--) {
    const offset = offsetOf(document, path.slice(0, length));
    if (offset === undefined) continue;
    const { line, col } = lines.linePos(offset);
    return { line, column: col };
  }
  return undefined;
}

/** Offset of the key of a field in a map, else of the value itself. */
function offsetOf(document: Document.Parsed, path: FieldPath): number | undefined {
  const parent = path.length === 0 ? undefined : document.getIn(path.slice(0, -1), true);
  const name = path.at(-1);
  const key = isMap(parent) ? parent.items.find((pair) => isScalar(pair.key) && pair.key.value === name)?.key : undefined;
  if (isNode(key)) return key.range?.[0];
  const node = document.getIn(path, true);
  return isNode(node) ? node.range?.[0] : undefined;
}
