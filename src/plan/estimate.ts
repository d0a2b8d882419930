// How long an upgrade takes, step by step, each with a range: honest about what is measured and what is assumed.

/** Milliseconds: at best, as expected, at worst short of a failure. */
export interface Span {
  readonly least: number;
  readonly likely: number;
  readonly most: number;
}

export interface StepEstimate {
  readonly step: 'drain' | 'backup' | 'install' | 'rejoin' | 'restore' | 'finish' | 'soak';
  readonly span: Span;
  /** What it rests on, in words: a planning value, or a bandwidth measured or assumed. */
  readonly basis: string;
}

export interface TurnEstimate {
  readonly host: string;
  readonly steps: readonly StepEstimate[];
  readonly total: Span;
}
