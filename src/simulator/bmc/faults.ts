// What can go wrong between a client and a simulated BMC, one after the other, each for the requests it is about.
import type { BmcRequest, BmcResponse } from '../../bmc/transport';

/**
 * - `lose-request`: nothing is carried out, and no answer comes. - `lose-answer`: it is carried out, and no answer comes.
 * - `refuse-connection`: nobody listens. - `expire-sessions`: every session ends, then the request is looked at.
 */
export type FaultAct = 'lose-request' | 'lose-answer' | 'refuse-connection' | 'expire-sessions' | BmcResponse;

export interface BmcFault {
  readonly method?: string;
  readonly path?: RegExp;
  /** How many requests it strikes; default 1. */
  readonly times?: number;
  readonly act: FaultAct;
}

export class BmcFaults {
  private readonly planned: { readonly fault: BmcFault; left: number }[] = [];

  plan(fault: BmcFault): void {
    this.planned.push({ fault, left: fault.times ?? 1 });
  }

  /** Nothing that is planned happens any more. */
  calm(): void {
    this.planned.length = 0;
  }

  strike({ method, path }: BmcRequest): FaultAct | undefined {
    const hit = this.planned.find(
      ({ fault, left }) => left > 0 && (fault.method ?? method) === method && (fault.path?.test(path) ?? true),
    );
    if (hit === undefined) return undefined;
    hit.left -= 1;
    return hit.fault.act;
  }
}
