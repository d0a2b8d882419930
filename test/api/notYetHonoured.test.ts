import { expect } from 'chai';
import { NOT_YET_HONOURED, notYetHonoured } from '../../src/api/notYetHonoured';
import schema from '../../src/api/generated/schema.json';
import { manifestOf } from './sample';

const refused = (more: string): readonly string[] => notYetHonoured(manifestOf(more).spec).map(({ field }) => field);

interface Schema {
  readonly properties?: Readonly<Record<string, Schema>>;
  readonly items?: Schema;
}

function exists(path: string): boolean {
  let at: Schema | undefined = schema as Schema;
  for (const step of path.split('.')) {
    at = at?.properties?.[step.replace('[]', '')];
    if (step.endsWith('[]')) at = at?.items;
  }
  return at !== undefined;
}

describe('what is not honoured yet', () => {
  it('is nothing in a plain manifest', () => {
    expect(refused('')).to.deep.equal([]);
    expect(refused('  boot: {method: Staged}\n  path: [{version: "8.2.1"}]\n  gates: {soakAfterMaster: 0m}\n')).to.deep.equal([]);
  });

  it('is refused by name with a way out', () => {
    const [only, ...others] = notYetHonoured(manifestOf('  failure: {master: Restore}\n').spec);
    expect(others).to.deep.equal([]);
    expect(only).to.deep.equal({
      field: 'spec.failure.master',
      value: 'Restore',
      message:
        'spec.failure.master: Restore is not honoured by this version: a failed master is not restored by itself yet; use Halt',
    });
  });

  it('is found all at once, at every depth', () => {
    expect(refused('  failure: {master: Restore}\n  vms: {placement: Balanced, migrate: {network: n}}\n')).to.have.members([
      'spec.failure.master',
      'spec.vms.migrate.network',
    ]);
  });

  it('is none of the ways into the installer', () => {
    const bmc = 'bmc: {address: "ipmi://10.0.0.1", credentialsRef: {name: b}}';
    const hosts = `  hosts: [{name: a, ${bmc}}, {name: b, ${bmc}, boot: {method: PXE, firmware: BIOS, atExit: PowerOff}}]\n`;
    const boot = '  boot: {method: VirtualMedia, firmware: UEFI, serverURLs: {hosts: "http://10.1.0.9:8081"}}\n';
    expect(refused(`${boot}${hosts}`)).to.deep.equal([]);
  });

  it('lists fields that exist, so that no line is dead', () => {
    expect(NOT_YET_HONOURED.filter(({ field }) => !exists(field))).to.deep.equal([]);
  });
});
