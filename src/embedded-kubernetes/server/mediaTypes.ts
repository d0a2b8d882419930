// Which form of an answer a client wants, from its `Accept` header, and what a body is, from its `Content-Type`.

export const AGGREGATED = { apiVersion: 'apidiscovery.k8s.io/v2' };

export type Form = 'object' | 'table' | 'metadata' | 'aggregated';

/** The first form in the header that this server can give. */
export function formOf(accept: string | undefined): Form {
  for (const entry of (accept ?? '').split(',')) {
    const [type = '', ...parameters] = entry.split(';').map((part) => part.trim());
    const as = parameters.find((part) => part.startsWith('as='))?.slice(3);
    const group = parameters.find((part) => part.startsWith('g='))?.slice(2);
    const isJson = type === 'application/json' || type === '*/*' || type === 'application/*';
    if (!isJson) continue;
    if (as === undefined) return 'object';
    if (as === 'Table') return 'table';
    if (as === 'PartialObjectMetadata' || as === 'PartialObjectMetadataList') return 'metadata';
    if (as === 'APIGroupDiscoveryList' && group === 'apidiscovery.k8s.io' && parameters.includes('v=v2')) return 'aggregated';
  }
  return 'object';
}

export function contentTypeOf(header: string | undefined): string {
  return (header ?? '').split(';')[0]!.trim().toLowerCase();
}
