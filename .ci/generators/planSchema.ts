// The program's copy of the published schema of plans: what it reads back from where a controller kept it is held to the very schema that others rely on.
import { readFileSync } from 'node:fs';
import path from 'node:path';
import type { Generator } from './generator';

const SOURCE = 'docs/plan.schema.json';

export const planSchema: Generator = {
  name: 'planSchema',
  generate: (root) => ({
    files: [
      {
        path: 'src/cli/generated/planSchema.json',
        text: `${JSON.stringify(JSON.parse(readFileSync(path.join(root, SOURCE), 'utf8')))}\n`,
      },
    ],
  }),
};
