// How long a guest that is stopped for a host's upgrade is away: from its stop in the drain of one turn to its start in the restoring of the same turn or a later one.
import type { Span, StepEstimate, TurnEstimate } from './estimate';
import type { PlannedStop } from './pass/pass';

const NOTHING: Span = { least: 0, likely: 0, most: 0 };

/**
 * At best it stops last and starts first, at worst the other way round; as expected it is away for half of the drain and half of the restoring.
 * @param turns of the pass the stop belongs to, in order
 * @returns undefined for one that does not come back, or where no estimate tells
 */
export function downtimeOf(stop: PlannedStop, turns: readonly TurnEstimate[]): Span | undefined {
  const first = turns.findIndex(({ host }) => host === stop.host);
  const last = turns.findIndex(({ host }) => host === stop.back?.after);
  if (first < 0 || last < first) return undefined;
  const steps = turns.slice(first, last + 1).flatMap((turn, index) => stepsAway(turn, index === 0, index === last - first));
  return steps.reduce((sum, { span, part }) => add(sum, span, part), NOTHING);
}

interface Away {
  readonly span: Span;
  /** `Edge`: the guest stops or starts somewhere within this step. */
  readonly part: 'Whole' | 'Edge';
}

function stepsAway({ steps }: TurnEstimate, isFirst: boolean, isLast: boolean): readonly Away[] {
  const end = isLast ? steps.findIndex(({ step }) => step === 'restore') : -1;
  const until = end < 0 ? steps.length : end + 1;
  return steps.slice(0, until).map(({ step, span }) => ({ span, part: isEdge(step, isFirst, isLast) ? 'Edge' : 'Whole' }));
}

function isEdge(step: StepEstimate['step'], isFirst: boolean, isLast: boolean): boolean {
  return (isFirst && step === 'drain') || (isLast && step === 'restore');
}

function add(sum: Span, { least, likely, most }: Span, part: Away['part']): Span {
  const share = part === 'Edge' ? 0.5 : 1;
  return {
    least: sum.least + (part === 'Edge' ? 0 : least),
    likely: sum.likely + likely * share,
    most: sum.most + most,
  };
}
