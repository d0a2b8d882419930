// Dumps nobody here has seen: look-alikes of them, made by bending the dumps at hand and made pools. Whatever is in a dump, the rehearsal ends in success,
// in a refusal by a known rule, or says what is wrong with the input. It never breaks, hangs, or blames itself.
import { expect } from 'chai';
import { existsSync, readdirSync, readFileSync } from 'node:fs';
import path from 'node:path';
import { REASONS } from '../../src/api/reasons';
import { exitCode } from '../../src/rehearsal/report';
import { performRun } from '../../src/rehearsal/run';
import { type Case, expectUnbroken, isReport, madeDump, ready, XS } from './rig';

/** Runs a case to its end. @returns `Succeeded`, or outcome and reason */
async function endOf(given: Case): Promise<string> {
  const prepared = ready(given);
  if (isReport(prepared)) return `${prepared.outcome} ${prepared.reason}`;
  const run = await performRun(prepared);
  expectUnbroken(run);
  expect(exitCode(run.report), run.report.message).not.to.equal(1);
  if (run.report.outcome !== 'Succeeded') return `${run.report.outcome} ${run.report.reason}`;
  expect(run.report.vms.notRestored).to.deep.equal([]);
  return 'Succeeded';
}

/** Success, or a refusal that names a rule. */
async function expectFair(given: Case): Promise<void> {
  const end = await endOf(given);
  if (end === 'Succeeded') return;
  const [outcome, reason] = end.split(' ');
  expect(outcome, end).to.equal('Refused');
  expect(Object.keys({ ...REASONS, AlreadyMixed: '' }), end).to.include(reason);
}

type Bend = (xml: string) => string;

const attribute =
  (name: string, value: string): Bend =>
  (xml) =>
    xml.replaceAll(new RegExp(` ${name}="[^"]*"`, 'g'), ` ${name}="${value}"`);
const pair =
  (key: string, value: string): Bend =>
  (xml) =>
    xml.replaceAll(new RegExp(`(<pair key="${key}" value=")[^"]*`, 'g'), `$1${value}`);
const withoutTable =
  (name: string): Bend =>
  (xml) =>
    xml.replace(new RegExp(`<table name="${name}"(/>|>[\\s\\S]*?</table>)`), '');
const version =
  (value: string): Bend =>
  (xml) =>
    xml.replaceAll(/(\('product_version' ')[^']*/g, `$1${value}`);
/** Changes the n-th row of a table. */
const row =
  (table: string, index: number, change: Bend): Bend =>
  (xml) =>
    xml.replace(new RegExp(`<table name="${table}">[\\s\\S]*?</table>`), (text) => {
      let count = 0;
      return text.replaceAll(/<row [\s\S]*?\/>/g, (found) => (count++ === index ? change(found) : found));
    });

const BENDS: Readonly<Record<string, Bend>> = {
  '6.0.0 with a schema between two releases': (xml) => pair('schema_minor_vsn', '59')(version('6.0.0')(xml)),
  '6.0.0 with the schema of George': (xml) => pair('schema_minor_vsn', '57')(version('6.0.0')(xml)),
  '6.0.0 with the schema of Midnight Ride': (xml) => pair('schema_minor_vsn', '60')(version('6.0.0')(xml)),
  '5.6.1 with the schema of George': (xml) => pair('schema_minor_vsn', '57')(version('5.6.1')(xml)),
  '5.9.950 with the schema of Boston': (xml) => pair('schema_minor_vsn', '63')(version('5.9.950')(xml)),
  '5.9.960 with the schema of Boston': (xml) => pair('schema_minor_vsn', '63')(version('5.9.960')(xml)),
  '6.0.50 with the schema of Tampa': (xml) => pair('schema_minor_vsn', '66')(version('6.0.50')(xml)),
  'no schema version': (xml) => xml.replaceAll(/<pair key="schema_m[^>]*\/>/g, ''),
  'version 6.1.0': version('6.1.0'),
  'no table host_metrics': withoutTable('host_metrics'),
  'no table VM_guest_metrics': withoutTable('VM_guest_metrics'),
  'no table VM_metrics': withoutTable('VM_metrics'),
  'no table host_cpu': withoutTable('host_cpu'),
  'no patches': (xml) => withoutTable('host_patch')(withoutTable('pool_patch')(xml)),
  'no consoles': withoutTable('console'),
  'high availability off': attribute('ha_enabled', 'false'),
  'workload balancing on': attribute('wlb_enabled', 'true'),
  'power-on by wake-on-lan': attribute('power_on_mode', 'wake-on-lan'),
  'hosts of one address': attribute('address', '10.80.1.1'),
  'best-effort restart priorities': attribute('ha_restart_priority', 'best-effort'),
  'edition free': attribute('edition', 'free'),
  'a pool without a name': (xml) => row('pool', 0, attribute('name_label', ''))(xml),
  'hosts without names': attribute('hostname', ''),
  'generation 0 on a member': (xml) => pair('generation_count', '0')(pair('pool_conf', 'slave:10.80.224.75')(xml)),
  'one host that says xs5.5.0 in `linux` only': row('host', 0, (text) => text.replace(/('linux' ')[^']*/, '$12.6.32xs5.5.0')),
  'one host with multipathing': row('host', 0, (text) => text.replace(/( other_config="\()/, "$1('multipathing' 'true') ")),
  'netapp storage': (xml) => xml.replaceAll(/ type="lvmoiscsi"/g, ' type="netapp"'),
  'StorageLink storage': (xml) => xml.replaceAll(/ type="lvmoiscsi"/g, ' type="cslg"'),
  'all VMs halted': (xml) => xml.replaceAll(/ power_state="Running"/g, ' power_state="Halted"'),
  'a dynamic maximum below the static one': row('VM', 3, attribute('memory__dynamic_max', '134217728')),
  'a memory that is no number': row('host_metrics', 0, attribute('memory__total', 'plenty')),
  'a dead reference in a drive': row('VBD', 0, attribute('VDI', 'OpaqueRef:gone')),
  'a VM on a host that is gone': row('VM', 1, attribute('resident_on', 'OpaqueRef:gone')),
  'hosts that are disabled': attribute('enabled', 'false'),
  'attributes of a later release': (xml) => xml.replaceAll('<row ', '<row later__than__this="x" '),
};

/** @param take which of the bends, by position: real dumps share them out among each other */
function bendsOf(name: string, dump: string, take: (position: number) => boolean = () => true): void {
  for (const [position, [what, bend]] of Object.entries(BENDS).entries()) {
    const bent = bend(dump);
    if (take(position) && bent !== dump) it(`${name} with ${what} ends well`, () => expectFair({ dump: bent }));
  }
}

describe('a made pool, bent as other dumps are:', () => {
  bendsOf('XenServer 6.0.2', madeDump({ hosts: 2, vms: 4, release: XS('6.0.2') }));
});

const dumps = path.resolve(__dirname, '..', '..', '..', 'shared', 'data', 'xapi-db');
if (!existsSync(dumps)) console.log('dumps of real pools: not rehearsed, the shared data are not here');
const files = existsSync(dumps) ? readdirSync(dumps).sort() : [];
for (const [place, file] of files.entries()) {
  const dump = readFileSync(path.join(dumps, file), 'utf8');
  describe(`the dump ${file}`, () => {
    it('ends in success or by a known rule', () => expectFair({ dump }));
    it('with leave to destroy local storage succeeds', async () => {
      const consent = { undocumentedHops: true, acceptDowntime: true, destroyLocalStorage: true };
      const made = ready({ dump });
      if (isReport(made)) throw new Error(made.message);
      const manifest = {
        ...made.manifest,
        spec: { ...made.manifest.spec, consent: { ...made.manifest.spec.consent, ...consent } },
      };
      const run = await performRun({ ...made, manifest });
      expectUnbroken(run);
      expect(run.report.outcome, run.report.message).to.equal('Succeeded');
      expect(run.report.vms.notRestored).to.deep.equal([]);
    });
    bendsOf('it', dump, (position) => position % files.length === place);
  });
}

const manifest = '<manifest><pair key="schema_major_vsn" value="5"/><pair key="schema_minor_vsn" value="66"/></manifest>';
const entities = '<!DOCTYPE database [<!ENTITY a "aaaaaaaaaa"><!ENTITY b "&a;&a;&a;&a;&a;&a;&a;&a;">]>';
const dump = madeDump({ hosts: 2, vms: 2 });

describe('input that is no dump of a pool is called invalid:', () => {
  const cases: Readonly<Record<string, string>> = {
    nothing: '',
    'one word': 'dump',
    'bytes of something else': Buffer.from(Array.from({ length: 4096 }, (_unused, index) => (index * 37) % 256)).toString(
      'latin1',
    ),
    'bytes with a NUL': `${dump.slice(0, 200)}\0${dump.slice(200)}`,
    'XML of something else': '<html><body/></html>',
    'a database without tables': `<database>${manifest}</database>`,
    'tables without rows': `<database>${manifest}<table name="pool"/><table name="host"/><table name="VM"/></database>`,
    'a pool without hosts': `<database>${manifest}<table name="pool"><row ref="OpaqueRef:1" uuid="1" master="OpaqueRef:2"/></table></database>`,
    entities: `<?xml version="1.0"?>${entities}<database>${manifest}<table name="pool"><row ref="&b;" uuid="1"/></table></database>`,
    'a dump cut in a value': dump.slice(0, Math.floor(dump.length / 2)),
    'a dump cut at its end': dump.slice(0, dump.lastIndexOf('</database>')),
    'a dump with a second root': `${dump}<database/>`,
    'a master that is no host': dump.replace(/ master="[^"]*"/, ' master="OpaqueRef:nobody"'),
    'a version that is none': version('unknown')(dump),
  };
  for (const [name, text] of Object.entries(cases)) {
    it(name, () => {
      const result = ready({ dump: text });
      if (!isReport(result)) throw new Error('it was taken for a dump');
      expect(result.outcome, result.message).to.equal('Invalid');
      expect(result.message).to.match(/^pool\.xml: ./);
      expect(exitCode(result)).to.equal(2);
    });
  }

  it('but a pool in mid-upgrade is refused', () => {
    const result = ready({ dump: row('host', 0, version('6.5.0'))(dump) });
    if (!isReport(result)) throw new Error('it was taken');
    expect([result.outcome, result.reason]).to.deep.equal(['Refused', 'AlreadyMixed']);
  });
});
