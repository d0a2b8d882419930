import { expect } from 'chai';
import fc from 'fast-check';
import { changeReport } from '../../../src/cli/changeReport/changeReport';
import { readPlan } from '../../../src/cli/changeReport/keptPlan';
import { between, table } from '../../../src/cli/changeReport/markdown';
import { renderChangeReport } from '../../../src/cli/changeReport/render';
import type { PoolUpgrade } from '../../../src/api/generated/poolUpgrade';
import { performRun, type Run } from '../../../src/rehearsal/run';
import { manifestOf } from '../../api/sample';
import { expectSuccess, mustBeReady, XS } from '../../simulation/rig';
import { readMarkdown, type Section } from './readMarkdown';

const render = (object: PoolUpgrade, plan?: unknown): ReadonlyMap<string, Section> =>
  readMarkdown(renderChangeReport(changeReport(object, plan === undefined ? undefined : readPlan(plan))));
const rowsOf = (section: Section | undefined, nth = 0): readonly (readonly string[])[] => section?.tables[nth]?.slice(1) ?? [];
const facts = (section: Section | undefined, nth = 0): Readonly<Record<string, string>> =>
  Object.fromEntries(rowsOf(section, nth).map(([name, value]) => [name, value]));

describe('the report of a run', () => {
  let run: Run;
  let object: PoolUpgrade;
  let told: ReadonlyMap<string, Section>;

  before(async () => {
    // One guest that is tied to its host by storage, so that something has to stop.
    const prepared = mustBeReady({ pool: { hosts: 2, vms: 6, release: XS('6.2.0') }, bend: (pool) => void tieOne(pool) });
    run = await performRun(prepared, { onObject: (stored) => (object = stored) });
    expectSuccess(run);
    told = render(object);
  });

  it('has a row for each host with its releases, attempts and times', () => {
    const rows = rowsOf(told.get('Hosts'));
    expect(rows.map((row) => row.slice(0, 7))).to.deep.equal(
      run.report.hosts.map(({ name, role, phase, from, to, attempts }) => [
        name,
        role,
        phase,
        from,
        to,
        'Staged',
        String(attempts),
      ]),
    );
    for (const row of rows) expect(row[9]).to.match(/^\d+ min \d\d s$/);
  });

  it('counts the migrations that the world saw, and names who was stopped and for how long', () => {
    const seen = facts(told.get('VMs'));
    expect(seen['Live migrations done']).to.equal(String(run.report.migrations.done));
    expect(run.report.migrations.done).to.be.greaterThan(0);
    const stopped = rowsOf(told.get('VMs'), 1);
    expect(stopped.map(([name]) => name).sort()).to.deep.equal(run.report.vms.stopped.map(({ name }) => name).sort());
    expect(stopped.length).to.be.greaterThan(0);
    for (const row of stopped) expect(row[4]).to.match(/^\d+ min \d\d s$/);
  });

  it('lists what differs as the run found it, each with its verdict and why', () => {
    const rows = rowsOf(told.get('Settings that differ'));
    expect(rows.map(([, path, before, after, verdict]) => [path, before, after, verdict])).to.deep.equal(
      run.report.differences.map(({ path, before, after, verdict }) => [path, before, after, verdict]),
    );
    expect(rows.length).to.be.greaterThan(0);
    for (const row of rows) expect(row[5]).to.not.equal('');
  });

  it('says where the backup lies and what was counted in it, and what was asked and planned', () => {
    const { backup, plan } = object.status;
    const kept = facts(told.get('Database backup'));
    expect(kept['SHA-256']).to.equal(backup!.sha256);
    expect(kept['Where']).to.contain(backup!.secrets[0]!);
    expect(kept['Counted in it']).to.contain(`${backup!.hosts} hosts`).and.contain(`${backup!.srs!} SRs`);
    expect(facts(told.get('Plan'))['Plan']).to.equal(plan!.hash);
    expect(facts(told.get('What was asked'))['target']).to.contain(object.spec.target.version);
    expect(rowsOf(told.get('Conditions')).map(([type]) => type)).to.deep.equal(object.status.conditions!.map(({ type }) => type));
  });

  it('is told of an object that nobody has looked at yet as well', () => {
    const fresh = render(manifestOf(''));
    expect(fresh.get('Hosts')?.lines.join('\n')).to.contain('No host was looked at.');
    expect(fresh.get('Database backup')?.lines.join('\n')).to.contain('None was taken');
    expect([...fresh.keys()].slice(1)).to.deep.equal([...told.keys()].slice(1));
  });

  it('shows approvals, debts, guests not brought back, earlier runs, and that a list is cut', () => {
    const status = {
      ...object.status,
      handled: { approve: 'abc123' },
      debts: [{ kind: 'CdEjected', object: 'vbd-1', name: 'db | 1', reason: 'the disc is gone' }],
      stopped: [{ uuid: 'v', name: 'web', by: 'Suspend', at: '2026-01-12T22:00:00Z' }],
      history: [
        { id: 'run-0', phase: 'Cancelled', reason: 'Cancelled', from: '6.2.0', to: '6.5.0', startedAt: '2026-01-01T00:00:00Z' },
      ],
      comparison: { ...object.status.comparison!, verdicts: { expected: 900, harmless: 0, look: 0, hard: 0 } },
    } as PoolUpgrade['status'];
    const seen = render({ ...object, status });
    expect(facts(seen.get('Plan'))['Approved']).to.equal('abc123');
    expect(rowsOf(seen.get('Still to be put back'))).to.deep.equal([['CdEjected', 'db | 1', 'vbd-1', 'the disc is gone']]);
    expect(seen.get('VMs')?.lines.join('\n')).to.contain('- web, by Suspend at 2026-01-12 22:00:00 UTC');
    expect(rowsOf(seen.get('Earlier runs'))[0]?.slice(0, 2)).to.deep.equal(['run-0', 'Cancelled']);
    expect(seen.get('Settings that differ')?.lines.join('\n')).to.match(/Listed are the hardest \d+ of 9\d\d/);
  });

  it('takes the checks from the plan that was kept, and leaves out what is none', () => {
    const finding = { message: 'xs-01: HA is on', verdict: 'Warn', objects: [], remedy: 'none' };
    const plan = {
      whole: { checks: [{ id: 'HaOn', title: 'HA is off', verdict: 'Warn', findings: [finding] }, 'odd', { id: 7 }] },
    };
    expect(rowsOf(render(object, plan).get('Checks'))).to.deep.equal([['HaOn', 'Warn', 'HA is off', 'xs-01: HA is on']]);
    expect(render(object, { whole: null }).get('Checks')?.lines.join('\n')).to.contain('could not be read or holds none');
  });
});

/** The first guest that runs gets all its disks on storage of one host. */
function tieOne(pool: { readonly database: import('../../../src/simulator/pool/liveDatabase').LiveDatabase }): void {
  const { database } = pool;
  const [vm, record] = [...database.records('VM')].find(
    ([, entry]) => entry['power_state'] === 'Running' && entry['is_control_domain'] !== true,
  )!;
  const host = record['resident_on'];
  const local = [...database.records('PBD').values()].find(
    (pbd) =>
      pbd['host'] === host &&
      database.get('SR', String(pbd['SR']))?.['shared'] === false &&
      database.get('SR', String(pbd['SR']))?.['type'] !== 'udev',
  )!;
  for (const vbd of [...database.records('VBD').values()].filter((entry) => entry['VM'] === vm && entry['empty'] !== true))
    database.update('VDI', String(vbd['VDI']), { SR: String(local['SR']) });
}

describe('a table in Markdown', () => {
  const SEED = 60_603;

  it('gives back every text of one line that was put into a cell', () => {
    const cell = fc.string({ maxLength: 30 }).map((text) => text.replace(/\s+/g, ' ').trim());
    fc.assert(
      fc.property(fc.array(fc.tuple(cell, cell, cell), { minLength: 1, maxLength: 5 }), (rows) => {
        const text = ['## T', '', ...table(['a', 'b', 'c'], rows)].join('\n');
        expect(readMarkdown(text).get('T')?.tables[0]?.slice(1), text).to.deep.equal(rows);
      }),
      { seed: SEED },
    );
  });

  it('keeps what has several lines on one', () => {
    expect(table(['a'], [['one\n  two\r\nthree']])[2]).to.equal('| one two three |');
  });

  it('tells lengths of time, and a dash where an end is missing', () => {
    expect(between('2026-01-12T22:00:00Z', '2026-01-12T23:02:03Z')).to.equal('1 h 02 min 03 s');
    expect(between('2026-01-12T22:00:00Z', undefined)).to.equal('–');
  });
});
