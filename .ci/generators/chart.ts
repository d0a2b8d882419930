// The chart's copy of the CRD. Helm reads nothing outside the chart's own folder, and a CRD must not be written twice.
import { readFileSync } from 'node:fs';
import path from 'node:path';
import { SOURCE } from './crd';
import type { Generator } from './generator';

const COPY = `charts/xenpool-operator/files/${path.basename(SOURCE)}`;
const NOTE = `# Copied from ${SOURCE} by \`npm run generate\`; do not edit.\n`;

export const chart: Generator = {
  name: 'chart',
  generate: (root) => ({ files: [{ path: COPY, text: NOTE + readFileSync(path.join(root, SOURCE), 'utf8') }] }),
};
