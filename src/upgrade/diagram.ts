// The state diagrams of docs/, drawn from the two tables of the machine, so that they cannot tell anything else.
import { hostPhases, poolPhases } from './machine';

/** Markdown with one Mermaid diagram a table. */
export function drawStateMachine(): string {
  return `# Phases

Generated from the tables in \`src/upgrade/machine.ts\` by \`npm run generate\`; do not edit.

## Of the pool

Every phase from Preparing on may also lead to Halted, where what may be put back is put back and a person decides. Before Preparing a run is refused
instead: the phase stays, nothing was touched, and it is tried again by itself.

${draw(poolPhases, 'Pending')}

## Of a host

At most one host is in a phase other than Pending, Upgraded and Failed. Every phase from Draining on may also lead to Failed, which halts the pool.

${draw(hostPhases, 'Pending')}
`;
}

function draw(rows: Readonly<Record<string, { readonly to: readonly string[] }>>, first: string): string {
  const edges = Object.entries(rows).flatMap(([from, { to }]) => to.map((target) => `    ${from} --> ${target}`));
  return ['```mermaid', 'stateDiagram-v2', `    [*] --> ${first}`, ...edges, '```'].join('\n');
}
