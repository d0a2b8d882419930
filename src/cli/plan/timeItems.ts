// How long it takes, step by step, and what each figure rests on.
import type { HopPlan } from '../../plan/document';
import type { StepEstimate } from '../../plan/estimate';
import type { Names } from './passItems';
import type { Item } from './page';
import { groupBy, nameWords, spanWords } from './words';

const STEPS: Readonly<Record<StepEstimate['step'], string>> = {
  drain: 'empty the host',
  backup: 'back up the database',
  install: 'install',
  rejoin: 'boot and rejoin',
  restore: 'bring VMs back',
  finish: 'finish',
  soak: 'let the master prove itself',
};

/** Hosts of which the same is expected share a line. */
export function timeItems({ turns }: HopPlan, names: Names): readonly Item[] {
  const steps = turns.flatMap(({ host, steps: own }) => own.map((estimate) => ({ host, estimate })));
  const kinds = groupBy(steps, ({ estimate }) => estimate.step);
  return kinds.flatMap((kind) =>
    groupBy(kind, ({ estimate }) => JSON.stringify([estimate.span, estimate.basis])).map((group) => {
      const { step, span, basis } = group[0]!.estimate;
      const hosts = nameWords(group.map(({ host }) => names.host(host)));
      const each = group.length > 1 ? ' each' : '';
      return { text: `${STEPS[step]}, ${hosts}: ${spanWords(span)}${each}; ${basis}` };
    }),
  );
}
