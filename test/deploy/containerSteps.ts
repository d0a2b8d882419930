// Reads a Containerfile as far as ours goes: which files its build stage takes in, which commands it runs, and what the last stage holds.
export interface Stage {
  readonly from: string;
  readonly instructions: readonly (readonly [name: string, rest: string])[];
}

/** @throws Error for a line that is no instruction within a stage */
export function stagesOf(text: string): readonly Stage[] {
  const stages: { from: string; instructions: [string, string][] }[] = [];
  const lines = text.replace(/\\\n\s*/g, '').split('\n');
  for (const line of lines.filter((each) => each.trim() !== '' && !each.startsWith('#'))) {
    const [, name = '', rest = ''] = /^([A-Z]+) (.*)$/.exec(line) ?? [];
    if (name === 'FROM') stages.push({ from: rest, instructions: [] });
    else if (name === '' || stages.length === 0) throw new Error(`not an instruction of a stage: ${line}`);
    else stages.at(-1)!.instructions.push([name, rest]);
  }
  return stages;
}

export function argumentsOf(stage: Stage | undefined, name: string): readonly string[] {
  return (stage?.instructions ?? []).flatMap(([each, rest]) => (each === name ? [rest] : []));
}

/** Paths a stage copies from outside the build. */
export function copiedFromOutside(stage: Stage | undefined): readonly string[] {
  return argumentsOf(stage, 'COPY')
    .filter((rest) => !rest.startsWith('--from='))
    .flatMap((rest) => rest.split(' ').slice(0, -1));
}
