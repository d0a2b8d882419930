// Large texts (plans, baselines, database dumps) in objects of limited size: gzipped, cut into immutable ConfigMaps or Secrets, each marked with the
// SHA-256 of the whole. What is read back is verified; a text that does not match is no text.
import { gunzipSync, gzipSync } from 'node:zlib';
import { sha256 as digest } from '../foundation/sha256';
import { KubeError, type KubeObject, type KubernetesApi, type ObjectMeta, type Resource } from './api';

/** Bytes of data in one object: below the limit of 1 MiB with room for the rest. */
export const CHUNK_BYTES = 900 * 1024;

export interface ChunkSet {
  /** CONFIG_MAPS, or SECRETS for what not everyone may read. */
  readonly resource: Resource;
  readonly namespace: string;
  /** Objects are called `<name>-0`, `<name>-1` … A name belongs to one content: put a run id or a hash into it. */
  readonly name: string;
}

export interface ChunkOptions {
  /** Prefix of the annotations, e.g. `xenpool.dev`. */
  readonly domain: string;
  readonly labels?: Readonly<Record<string, string>>;
  readonly ownerReferences?: ObjectMeta['ownerReferences'];
  /** Bytes of compressed data in one object; smaller only in tests. */
  readonly chunkBytes?: number;
  /** Most objects of one text. Default: no limit. */
  readonly most?: number;
}

export interface SavedText {
  /** In order. */
  readonly names: readonly string[];
  /** Of the whole uncompressed text in UTF-8, lower-case hex. */
  readonly sha256: string;
}

/** What was read is not what was written. */
export class ChunkMismatch extends Error {
  constructor(detail: string) {
    super(detail);
    this.name = 'ChunkMismatch';
  }
}

/** The text is too large for the objects it may have; nothing was written. */
export class TooManyChunks extends Error {
  constructor(readonly count: number) {
    super(`it needs ${count} objects`);
    this.name = 'TooManyChunks';
  }
}

interface Chunk extends KubeObject {
  readonly immutable: true;
  readonly data?: Readonly<Record<string, string>>;
  readonly binaryData?: Readonly<Record<string, string>>;
}

const KEY = 'part.gz';

/**
 * Writes the text and reads it back. Writing the same text again is fine and changes nothing.
 * @throws ChunkMismatch when objects of these names hold another content; TooManyChunks; KubeError
 */
export async function writeChunks(api: KubernetesApi, set: ChunkSet, text: string, options: ChunkOptions): Promise<SavedText> {
  const sha256 = digest(text);
  const parts = cut(gzipSync(Buffer.from(text)), options.chunkBytes ?? CHUNK_BYTES);
  if (parts.length > (options.most ?? Infinity)) throw new TooManyChunks(parts.length);
  const names = parts.map((_, index) => `${set.name}-${index}`);
  for (const [index, part] of parts.entries()) {
    const marks = { [`${options.domain}/sha256`]: sha256, [`${options.domain}/part`]: `${index + 1}/${parts.length}` };
    await writeOnce(api, set.resource, chunkOf(set, names[index] ?? '', part, marks, options));
  }
  const saved = { names, sha256 };
  await readChunks(api, set.resource, set.namespace, saved);
  return saved;
}

/** The text. @throws ChunkMismatch when it is not the one that was saved; KubeError, `NotFound` when a part is missing */
export async function readChunks(
  api: KubernetesApi,
  resource: Resource,
  namespace: string,
  { names, sha256 }: SavedText,
): Promise<string> {
  const parts: Chunk[] = [];
  for (const name of names) parts.push(await api.get<Chunk>(resource, namespace, name));
  return textOf(parts, sha256);
}

/** A text that was found by its labels. */
export interface FoundText {
  /** Its objects, in order. */
  readonly parts: readonly KubeObject[];
  readonly sha256: string;
  readonly text: string;
}

/** Every text among the objects selected that is whole and is what was written; what is not is no text. @throws KubeError */
export async function findTexts(
  api: KubernetesApi,
  { resource, namespace }: Pick<ChunkSet, 'resource' | 'namespace'>,
  labelSelector: string,
  domain: string,
): Promise<readonly FoundText[]> {
  const { items } = await api.list<Chunk>(resource, namespace, { labelSelector });
  const shaOf = ({ metadata }: Chunk): string => metadata.annotations?.[`${domain}/sha256`] ?? '';
  const shas = [...new Set(items.map(shaOf))];
  return shas.flatMap((sha256) => {
    const parts = wholeSet(
      items.filter((item) => shaOf(item) === sha256),
      domain,
    );
    const text = parts === undefined ? undefined : readable(parts, sha256);
    return parts === undefined || text === undefined ? [] : [{ parts, sha256, text }];
  });
}

function readable(parts: readonly Chunk[], sha256: string): string | undefined {
  try {
    return textOf(parts, sha256);
  } catch (error) {
    if (error instanceof ChunkMismatch) return undefined;
    throw error;
  }
}

/** @throws ChunkMismatch */
function textOf(parts: readonly Chunk[], sha256: string): string {
  const names = parts.map(({ metadata }) => metadata.name);
  const text = unzip(Buffer.concat(parts.map(partOf)), names);
  const found = digest(text);
  if (found !== sha256) throw new ChunkMismatch(`${names.join(', ')}: SHA-256 is ${found}, expected ${sha256}`);
  return text;
}

/** The parts of one text in order, when all of them are there. */
function wholeSet(parts: readonly Chunk[], domain: string): readonly Chunk[] | undefined {
  const position = ({ metadata }: Chunk): number[] => (metadata.annotations?.[`${domain}/part`] ?? '').split('/').map(Number);
  const ordered = [...parts].sort((one, other) => (position(one)[0] ?? 0) - (position(other)[0] ?? 0));
  const total = ordered[0] === undefined ? undefined : position(ordered[0])[1];
  return ordered.length === total ? ordered : undefined;
}

/** An object that is there already must hold the very same bytes; a lost answer is settled by trying again, since creating twice is harmless. */
async function writeOnce(api: KubernetesApi, resource: Resource, chunk: Chunk): Promise<void> {
  for (let attempt = 1; ; attempt++) {
    try {
      await api.create(resource, chunk);
      return;
    } catch (error) {
      if (!(error instanceof KubeError)) throw error;
      if (error.kind === 'AlreadyExists') return assertSame(api, resource, chunk);
      if (error.kind !== 'TimedOut' || attempt === 3) throw error;
    }
  }
}

async function assertSame(api: KubernetesApi, resource: Resource, chunk: Chunk): Promise<void> {
  const { namespace = '', name } = chunk.metadata;
  const found = await api.get<Chunk>(resource, namespace, name);
  if (found.immutable !== true || !partOf(found).equals(partOf(chunk)))
    throw new ChunkMismatch(`${resource.kind} ${namespace}/${name} exists with another content`);
}

function chunkOf(
  { resource, namespace }: ChunkSet,
  name: string,
  part: Buffer,
  annotations: Readonly<Record<string, string>>,
  { labels, ownerReferences }: ChunkOptions,
): Chunk {
  const metadata: ObjectMeta = {
    name,
    namespace,
    annotations,
    ...(labels === undefined ? {} : { labels }),
    ...(ownerReferences === undefined ? {} : { ownerReferences }),
  };
  const held = { [KEY]: part.toString('base64') };
  const content = resource.kind === 'Secret' ? { data: held } : { binaryData: held };
  return { apiVersion: resource.version, kind: resource.kind, metadata, immutable: true, ...content };
}

function partOf(chunk: Chunk): Buffer {
  const encoded = (chunk.kind === 'Secret' ? chunk.data : chunk.binaryData)?.[KEY];
  if (encoded === undefined) throw new ChunkMismatch(`${chunk.kind} ${chunk.metadata.name} holds no ${KEY}`);
  return Buffer.from(encoded, 'base64');
}

function unzip(bytes: Buffer, names: readonly string[]): string {
  try {
    return gunzipSync(bytes).toString('utf8');
  } catch (error) {
    throw new ChunkMismatch(
      `${names.join(', ')}: not the gzipped text that was saved (${error instanceof Error ? error.message : String(error)})`,
    );
  }
}

function cut(bytes: Buffer, size: number): Buffer[] {
  const parts: Buffer[] = [];
  for (let at = 0; at < bytes.length; at += size) parts.push(bytes.subarray(at, at + size));
  return parts;
}
