// The database dumps that are stored outside the pool, for the world's books: put together from the Secrets by their marks alone, independently of how
// the controller reads them.
import { gunzipSync } from 'node:zlib';
import type { KubeObject } from '../kubernetes/api';

interface Part {
  readonly sha256: string;
  readonly position: number;
  readonly total: number;
  readonly bytes: Buffer;
}

/** Texts of all backups of which every part is there. */
export function storedBackups(secrets: readonly KubeObject[]): readonly string[] {
  const parts = secrets.filter((secret) => secret.metadata.labels?.['xenpool.dev/kind'] === 'backup').map(partOf);
  return [...new Set(parts.map((part) => part.sha256))].flatMap((sha256) => {
    const own = parts.filter((part) => part.sha256 === sha256).sort((a, b) => a.position - b.position);
    return own.length === own[0]?.total ? [gunzipSync(Buffer.concat(own.map((part) => part.bytes))).toString('utf8')] : [];
  });
}

function partOf(secret: KubeObject): Part {
  const { annotations = {} } = secret.metadata;
  const [position = 0, total = 0] = (annotations['xenpool.dev/part'] ?? '').split('/').map(Number);
  const data = (secret as { readonly data?: Readonly<Record<string, string>> }).data ?? {};
  return {
    sha256: annotations['xenpool.dev/sha256'] ?? '',
    position,
    total,
    bytes: Buffer.from(Object.values(data)[0] ?? '', 'base64'),
  };
}
