// What a simulated BMC saw: each request, and each thing that changed. Tests ask here, not the client, what was done.

export interface SeenRequest {
  /** Milliseconds of the BMC's clock, from its beginning. */
  readonly at: number;
  readonly method: string;
  readonly path: string;
  readonly body: string;
  /** Whether another request was still being answered. */
  readonly overlapping: boolean;
  /** 0 until it is answered, and when it never was. */
  status: number;
}

export type ChangeKind = 'power' | 'override' | 'insert' | 'eject' | 'consumed' | 'attributes';

export interface SeenChange {
  readonly at: number;
  readonly kind: ChangeKind;
  readonly detail: string;
}

export interface BmcBooks {
  readonly requests: readonly SeenRequest[];
  readonly changes: readonly SeenChange[];
  /** Sessions open now. */
  sessions(): number;
}
