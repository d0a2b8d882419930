// A whole upgrade of two hosts whose BMCs are strangers, to its end: the pool over HTTPS, the controller's own drivers, the product's boot server. Judged by the books
// of the world, which look at the strangers' drives and boot settings as well.
import { expect } from 'chai';
import { mustBeReady, XCP } from '../../simulation/rig';
import { PASSWORD, runOverTheWire, type WireRun } from '../../e2e/wireRun';
import { type BmcSite, type BmcSiteParts, bmcSite, CREDENTIALS } from './bmcSite';

export const TARGET = XCP('8.3.0');
/** Virtual seconds in a real one. Not every patience is a deadline of the manifest: the quarter of an hour that the boot server has to be ready are 11 real seconds. */
export const PACE = 80;

export interface Whole extends Omit<BmcSiteParts, 'target'> {
  /** Virtual seconds in a real one. */
  readonly pace: number;
}

/** @returns what became of it; that it succeeded, that nothing was violated and that no secret showed is seen to here */
export async function upgraded({ pace, ...parts }: Whole): Promise<WireRun & Pick<BmcSite, 'requested'>> {
  const prepared = mustBeReady({ pool: { hosts: 2, vms: 4, release: XCP('8.2.1') }, target: TARGET });
  const site = await bmcSite({ ...parts, target: TARGET });
  const run = await runOverTheWire(prepared, { pace, site });
  const { report } = run;
  const told = [report.message, ...report.timeline.map(({ at, host, event }) => `${at} ${host} ${event}`)].join('\n');
  expect(`${report.outcome} ${report.reason}`, told).to.equal('Succeeded Upgraded');
  expect(report.invariants.violated, told).to.deep.equal([]);
  expect(report.hosts.map(({ to, attempts }) => [to, attempts])).to.deep.equal([
    [TARGET.version, 1],
    [TARGET.version, 1],
  ]);
  expect(report.debts).to.deep.equal([]);
  expect(report.vms.notRestored).to.deep.equal([]);
  for (const secret of [PASSWORD, CREDENTIALS.password, Buffer.from(CREDENTIALS.password).toString('base64')])
    expect(run.said).to.not.include(secret);
  return { ...run, requested: site.requested };
}
