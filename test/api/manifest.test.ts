import { expect } from 'chai';
import { parseManifest, validateManifest } from '../../src/api/manifest';
import { HEAD, manifestOf, onlyProblem, problemsOf } from './sample';

describe('a manifest', () => {
  it('gets every default of the CRD', () => {
    const { spec, status } = manifestOf('');
    expect(spec.boot).to.deep.equal({ method: 'Auto', firmware: 'Auto' });
    expect(spec.pool.tls).to.deep.equal({ insecureSkipVerify: false, minVersion: 'TLSv1.2', allowPlaintext: false });
    expect(spec.deadlines).to.deep.equal({
      drain: '2h',
      powerOff: '15m',
      installerStart: '20m',
      install: '60m',
      rejoin: '30m',
      settle: '15m',
    });
    expect(spec.vms).to.deep.equal({ migrate: { maxParallel: 3 }, placement: 'Minimal', whenUnmovable: 'Suspend' });
    expect(spec.failure).to.deep.equal({ memberRetries: 2, master: 'Halt' });
    expect(spec.consent).to.deep.equal({
      undocumentedHops: false,
      destroyLocalStorage: false,
      forceMigration: false,
      acceptDowntime: false,
      compressMemory: false,
      acceptEua: false,
      fixes: [],
      withoutBackup: false,
    });
    expect([spec.paused, spec.dryRun, spec.backup.keep, spec.gates.approval, spec.gates.soakAfterMaster]).to.deep.equal([
      false,
      false,
      3,
      'None',
      '0s',
    ]);
    expect(status).to.deep.equal({ observedGeneration: -1 });
  });

  it('keeps what it says', () => {
    const { spec } = manifestOf(
      '  deadlines: {drain: 45m}\n  vms: {rules: [{match: {names: ["db-*"]}, action: Shutdown, return: Home}]}\n',
    );
    expect(spec.deadlines).to.include({ drain: '45m', install: '60m' });
    expect(spec.vms.rules).to.deep.equal([{ match: { names: ['db-*'] }, action: 'Shutdown', return: 'Home' }]);
  });

  it('may be JSON', () => {
    const { apiVersion, kind, metadata, spec } = manifestOf('');
    const result = parseManifest(JSON.stringify({ apiVersion, kind, metadata, spec }));
    expect(result.ok && result.manifest.spec).to.deep.equal(spec);
  });

  it('may come from kubectl get, whose status and bookkeeping are dropped', () => {
    const object = {
      ...manifestOf(''),
      metadata: { name: 'rack7', managedFields: [{ manager: 'kubectl' }] },
      status: { phase: 'Nonsense' },
    };
    const result = validateManifest(object);
    expect(result.ok && [result.manifest.status, result.manifest.metadata]).to.deep.equal([
      { observedGeneration: -1 },
      { name: 'rack7' },
    ]);
  });

  it('as an object is completed in a copy', () => {
    const object = JSON.parse(JSON.stringify({ ...manifestOf(''), status: undefined })) as { spec: { deadlines?: unknown } };
    delete object.spec.deadlines;
    expect(validateManifest(object).ok).to.equal(true);
    expect(object.spec).to.not.have.property('deadlines');
  });
});

describe('a fault in a manifest', () => {
  it('is told with line, column, field, what was found and what is expected', () => {
    const [problem] = problemsOf('  boot:\n    method: Pxe\n');
    expect(problem).to.include({
      field: 'spec.boot.method',
      line: 10,
      column: 5,
      found: '"Pxe"',
      expected: 'one of Auto, Staged, VirtualMedia, PXE, Manual',
    });
    expect(problem?.message).to.equal(
      'line 10, column 5: spec.boot.method: found "Pxe"; expected one of Auto, Staged, VirtualMedia, PXE, Manual',
    );
  });

  it('of a field that does not exist names it and the one that was probably meant', () => {
    expect(problemsOf('  gates: {aproval: BeforeUpgrade}\n')[0]).to.include({
      field: 'spec.gates.aproval',
      line: 9,
      expected: 'approval, perhaps',
    });
    expect(problemsOf('  colour: red\n')[0]?.expected).to.match(/^one of pool, target, path/);
    expect(onlyProblem(`${HEAD}extra: 1\n`).field).to.equal('extra');
  });

  it('of a version without quotes says that it is a number and how to write it', () => {
    const problem = onlyProblem(HEAD.replace('"8.2.1"', '8.2'));
    expect(problem).to.include({
      field: 'spec.target.version',
      line: 8,
      found: '8.2 (a number)',
      expected: 'text in quotes, such as "8.2.1"',
    });
  });

  it('of a value that is missing points to where it belongs', () => {
    const problem = onlyProblem(HEAD.replace('    credentialsRef: {name: rack7-root}\n', ''));
    expect(problem).to.include({ field: 'spec.pool.credentialsRef', line: 5, found: 'nothing' });
    expect(problem.expected).to.match(/^a value: Secret/);
    expect(onlyProblem(HEAD.replace('metadata: {name: rack7}\n', '')).field).to.equal('metadata');
  });

  it('inside a list counts from 0 as the API does', () => {
    expect(problemsOf('  hosts:\n  - name: a\n  - name: b\n    boot: {method: Floppy}\n')[0]).to.include({
      field: 'spec.hosts[1].boot.method',
      line: 12,
    });
  });

  it('of a wrong type names both types', () => {
    expect(problemsOf('  paused: "yes"\n')[0]).to.include({ found: '"yes"', expected: 'true or false' });
    expect(problemsOf('  failure: {memberRetries: 1.5}\n')[0]).to.include({
      found: '1.5 (a number)',
      expected: 'a whole number',
    });
    expect(problemsOf('  vms:\n')[0]).to.include({ found: 'nothing (null)', expected: 'a map' });
    expect(problemsOf('  order: a\n')[0]).to.include({ found: '"a"', expected: 'a list' });
  });

  it('of a bound names the bound', () => {
    expect(problemsOf('  failure: {memberRetries: 11}\n')[0]?.expected).to.equal('at most 10');
    expect(problemsOf('  vms: {migrate: {maxParallel: 0}}\n')[0]?.expected).to.equal('at least 1');
    expect(problemsOf('  path: []\n')[0]?.expected).to.equal('at least 1 in the list');
    expect(problemsOf('  vms: {rules: [{match: {}}]}\n')[0]?.expected).to.equal('at least 1 of tags, names, uuids');
    expect(problemsOf('  deadlines: {drain: two hours}\n')[0]?.expected).to.equal('text such as 2h');
  });

  it('does not hide another', () => {
    expect(problemsOf('  paused: 1\n  dryRun: 1\n').map(({ field }) => field)).to.deep.equal(['spec.paused', 'spec.dryRun']);
  });

  it('never shows a password that stands in a URL', () => {
    const problem = onlyProblem(HEAD.replace('https://xs-r7-01.example', 'https://root:geheim@xs-r7-01.example'));
    expect(problem.field).to.equal('spec.pool.endpoints[0]');
    expect(problem.message).to.include('//***@').and.not.include('geheim');
  });
});

describe('a text that is no manifest', () => {
  it('is told so once', () => {
    expect(onlyProblem('').found).to.equal('nothing');
    expect(onlyProblem('# only a comment\n').found).to.equal('nothing');
    expect(onlyProblem('just text').expected).to.match(/^a PoolUpgrade, that is a map/);
    expect(onlyProblem('[1, 2]').found).to.equal('a list of 2');
    expect(onlyProblem(`${HEAD}---\n${HEAD}`).found).to.equal('2 documents');
    expect(onlyProblem(`a: ${'x'.repeat(1024 * 1024)}`).found).to.match(/characters$/);
  });

  it('of another kind or version is told only that', () => {
    expect(onlyProblem(HEAD.replace('PoolUpgrade', 'Deployment'))).to.include({
      field: 'kind',
      line: 2,
      found: '"Deployment"',
      expected: 'PoolUpgrade',
    });
    expect(onlyProblem(HEAD.replace('v1alpha1', 'v1'))).to.include({ field: 'apiVersion', line: 1 });
    expect(onlyProblem('kind: PoolUpgrade\n').found).to.equal('nothing');
  });

  it('that is broken YAML is told the line', () => {
    expect(onlyProblem(`${HEAD}  boot: {method: Auto\n`)).to.include({ line: 10, expected: 'one YAML or JSON document' });
    expect(onlyProblem(`${HEAD}  paused: true\n  paused: false\n`)).to.include({ line: 10 });
    expect(onlyProblem(`${HEAD}  window: *none\n`).found).to.match(/none/);
  });
});
