// Which form of an answer a client wants, from its `Accept` header, and what a body is, from its `Content-Type`.

export const AGGREGATED = { apiVersion: 'apidiscovery.k8s.io/v2' };

export type Form = 'object' | 'table' | 'metadata' | 'aggregated';

const JSON_TYPES = ['application/json', '*/*', 'application/*'];

const FORMS: ReadonlyMap<string | undefined, Form> = new Map<string | undefined, Form>([
  [undefined, 'object'],
  ['Table', 'table'],
  ['PartialObjectMetadata', 'metadata'],
  ['PartialObjectMetadataList', 'metadata'],
]);

/** The first form in the header that this server can give. */
export function formOf(accept: string | undefined): Form {
  const forms = (accept ?? '').split(',').map(formOfEntry);
  return forms.find((form) => form !== undefined) ?? 'object';
}

function formOfEntry(entry: string): Form | undefined {
  const [type = '', ...parameters] = entry.split(';').map((part) => part.trim());
  if (!JSON_TYPES.includes(type)) return undefined;
  const as = parameters.find((part) => part.startsWith('as='))?.slice(3);
  if (as === 'APIGroupDiscoveryList')
    return parameters.includes('g=apidiscovery.k8s.io') && parameters.includes('v=v2') ? 'aggregated' : undefined;
  return FORMS.get(as);
}

export function contentTypeOf(header: string | undefined): string {
  return (header ?? '').split(';')[0]!.trim().toLowerCase();
}
