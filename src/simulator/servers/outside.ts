// What machines of a served world ask of the real network, and how the answers come in: each at a moment of the world's clock, recorded before it is heard. A
// record that is repeated answers in its place; what it leaves open is asked anew.
import type { PacedClock } from '../../foundation/pacedClock';
import type { Happening } from '../kept/happening';
import { type HostNetwork, type NetworkAnswer, NetworkFailure, type NetworkRequest } from '../network/hostNetwork';
import type { Recorder } from './recorder';

export type Fetched = Extract<Happening, { readonly kind: 'fetched' }>;

export interface OutsideParts {
  readonly clock: PacedClock;
  readonly recorder: Recorder;
  /** The real one. */
  readonly network: HostNetwork;
  /** Told of errors that are none of the simulated world. */
  readonly onDefect: (error: unknown) => void;
}

interface Waiting {
  readonly request: NetworkRequest;
  readonly resolve: (answer: NetworkAnswer) => void;
  readonly reject: (error: NetworkFailure) => void;
}

/** Headers of an answer that anything in the world looks at. */
const KEPT: readonly string[] = ['content-range', 'content-length', 'content-type'];

export class Outside implements HostNetwork {
  readonly patient = true;
  private readonly waiting = new Map<number, Waiting>();
  private asked = 0;
  /** A record is repeated, and answers. */
  private repeating = true;

  constructor(private readonly parts: OutsideParts) {}

  /** The signal is not passed on: who does not want the answer any more does not hear it. */
  get(request: NetworkRequest): Promise<NetworkAnswer> {
    const id = this.asked++;
    return new Promise((resolve, reject) => {
      this.waiting.set(id, { request, resolve, reject });
      if (!this.repeating) this.ask(id, request);
    });
  }

  /** What a record tells came in. */
  deliver(fetched: Fetched): void {
    const waiting = this.waiting.get(fetched.id);
    this.waiting.delete(fetched.id);
    if (waiting === undefined) return;
    const { status, headers, failure, why, body } = fetched;
    if (status === null) waiting.reject(new NetworkFailure(failure ?? 'Unreachable', why));
    else waiting.resolve({ status, headers, body: Buffer.from(body, 'base64') });
  }

  /** From now on the real network answers; what was left open is asked of it. */
  begin(): void {
    this.repeating = false;
    for (const [id, { request }] of this.waiting) this.ask(id, request);
  }

  private ask(id: number, request: NetworkRequest): void {
    const { network, clock, recorder, onDefect } = this.parts;
    const arrives = (fetched: Fetched): Promise<void> =>
      clock.occur(() => {
        if (recorder.record(fetched)) this.deliver(fetched);
      });
    network
      .get(request, new AbortController().signal)
      .then(
        (answer) => arrives(answered(id, answer)),
        (error: unknown) => arrives(unanswered(id, error)),
      )
      .catch(onDefect);
  }
}

function answered(id: number, { status, headers, body }: NetworkAnswer): Fetched {
  const kept = Object.fromEntries(Object.entries(headers).filter(([name]) => KEPT.includes(name)));
  return { kind: 'fetched', id, status, failure: null, why: '', headers: kept, body: body.toString('base64') };
}

/** @throws what is no failure of the network */
function unanswered(id: number, error: unknown): Fetched {
  if (!(error instanceof NetworkFailure)) throw error;
  return { kind: 'fetched', id, status: null, failure: error.kind, why: error.message, headers: {}, body: '' };
}
