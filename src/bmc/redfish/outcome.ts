// How a request that changes something ended, as far as it is known.
import type { Refusal } from './refusal';

/** `lost`: it may have been carried out, and nothing tells; look before doing anything more. */
export type Outcome =
  | { readonly kind: 'done' }
  | { readonly kind: 'refused'; readonly refusal: Refusal }
  | { readonly kind: 'lost'; readonly why: string };
