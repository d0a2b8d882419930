// docs/bmc-dialects.md: the table of Redfish dialects, from the table the driver goes by, so that nobody reads of a deviation that is not met.
import { DIALECTS, type Dialect } from '../../src/bmc/redfish/dialects';
import type { Generator } from './generator';

const INTRODUCTION = `# Dialects of Redfish

Generated from \`src/bmc/redfish/dialects.ts\` by \`npm run generate\`; do not edit.

Which row fits follows from what a BMC says it is, the maker of its firmware before the maker of the machine; the first row that fits is taken. A row changes
what is tried first and nothing else: what a BMC can do is always read from it. Numbers are sections of the reference that the deviations were collected in, and
after them stands what is behind it there.

**Every row was tested on a simulation of that dialect only**, which plays the deviations that a client meets on its way through the verbs and is strict about
them; refusals for running jobs, an occupied connection and a missing licence are tested by the answer alone. None was tried on hardware. Each line below has a
proof in \`test/bmc/redfish/deviations\`, and a line without one fails the tests. That the simulations are Redfish to others as well is shown with sushy and
redfishtool, and the driver itself at the emulator of sushy-tools, in \`test/peers/redfish\`.
`;

export const bmcDialects: Generator = {
  name: 'bmcDialects',
  generate: () => ({
    files: [{ path: 'docs/bmc-dialects.md', text: `${[INTRODUCTION, ...DIALECTS.map(section)].join('\n')}` }],
  }),
};

function section({ id, name, deviations }: Dialect): string {
  const head = [`## ${name} (\`${id}\`)`, '', 'Tested on a simulation of it only.', ''];
  if (deviations.length === 0)
    return [...head, 'Nothing is presumed: what it can do is read, what it wants is negotiated.', ''].join('\n');
  const rows = deviations.map(({ area, what, met, source }) => line([area, what, met, source]));
  return [...head, line(['about', 'how it deviates', 'what is done about it', 'source']), '|---|---|---|---|', ...rows, ''].join(
    '\n',
  );
}

function line(cells: readonly string[]): string {
  return `| ${cells.map((cell) => cell.replaceAll('|', '\\|')).join(' | ')} |`;
}
