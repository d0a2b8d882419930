// PATCH with the condition that nobody else changed the resource meanwhile, in the forms in which BMCs understand it (bmc.md 1.4). Every PATCH here sets absolute
// values, so that sending one again is safe as long as what it is about is still as it was seen.
import { BmcError } from '../bmc';
import type { Call } from './line';
import type { Outcome } from './outcome';
import type { Resource, Wire } from './wire';

export interface Patch {
  /** As read just before. */
  readonly seen: Resource;
  readonly body: object;
  /** Whether the ETag is sent at the first try. */
  readonly ifMatch: boolean;
  /** Whether what the PATCH is about is still as it was seen; all else may change under our hands, as sensors do. */
  readonly same: (now: Resource) => boolean;
  readonly timeoutMs?: number;
}

/** @throws BmcError `Conflict` ChangedMeanwhile when somebody else changed what this is about */
export async function patch(wire: Wire, { seen, body, ifMatch, same, timeoutMs }: Patch, call: Call): Promise<Outcome> {
  const send = (etag: string): Promise<Outcome> =>
    wire.change({ method: 'PATCH', path: seen.path, body, etag, ...(timeoutMs === undefined ? {} : { timeoutMs }) }, call);
  const first = ifMatch ? seen.etag : '';
  let outcome = await send(first);
  if (!wantsOther(outcome)) return outcome;
  const now = await wire.get(seen.path, call);
  if (!same(now)) {
    const message = `${call.verb}: ${seen.path} was changed by somebody else between reading and writing; find out who drives this BMC as well`;
    throw new BmcError('Conflict', call.verb, message, 'ChangedMeanwhile');
  }
  for (const etag of forms(now.etag, first)) {
    outcome = await send(etag);
    if (!wantsOther(outcome)) return outcome;
  }
  return outcome;
}

function wantsOther(outcome: Outcome): boolean {
  return outcome.kind === 'refused' && (outcome.refusal.status === 412 || outcome.refusal.status === 428);
}

/** As it is now; without the W/ that some compare by the letter; none at all, or whatever there is. */
function forms(etag: string, sent: string): readonly string[] {
  const all = etag === '' ? ['*', ''] : [etag, etag.replace(/^W\//, ''), ''];
  return [...new Set(all)].filter((form) => form !== sent);
}
