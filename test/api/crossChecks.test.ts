import { expect } from 'chai';
import { problemsOf } from './sample';

const fields = (more: string): readonly string[] => problemsOf(more).map(({ field }) => field);

describe('contradictions in a manifest', () => {
  it('a thing named twice in a list', () => {
    expect(fields('  order: [a, b, a]\n')).to.deep.equal(['spec.order[2]']);
    expect(fields('  hosts: [{name: a}, {name: b}, {name: a}]\n')).to.deep.equal(['spec.hosts[2]']);
    expect(fields('  path: [{version: "7.6"}, {version: "7.6"}, {version: "8.2.1"}]\n')).to.deep.equal(['spec.path[1]']);
    expect(fields('  vms: {rules: [{match: {tags: [x, x]}}]}\n')).to.deep.equal(['spec.vms.rules[0].match.tags[1]']);
    expect(fields('  window: {timeZone: UTC, periods: [{days: [Sat, Sat], start: "22:00", duration: 8h}]}\n')).to.deep.equal([
      'spec.window.periods[0].days[1]',
    ]);
    const source = 'version: "8.2.1", repository: {url: "http://m.example/x"}';
    expect(fields(`  releases: [{brand: XCP-ng, ${source}}, {${source}}, {brand: XCP-ng, ${source}}]\n`)).to.deep.equal([
      'spec.releases[2]',
    ]);
    expect(problemsOf('  order: [a, b, a]\n')[0]).to.include({ found: '"a" a second time', line: 9 });
  });

  it('rules that name the same VMs and disagree', () => {
    const rules = (...all: readonly string[]): readonly string[] => fields(`  vms: {rules: [${all.join(', ')}]}\n`);
    const stop = '{match: {names: [db-1, db-2]}, action: Shutdown}';
    expect(rules(stop, '{match: {names: [web-1, db-2]}, action: Suspend}')).to.deep.equal(['spec.vms.rules[1].match.names[1]']);
    expect(rules(stop, '{match: {names: [db-2]}, return: Stay}')).to.deep.equal(['spec.vms.rules[1].match.names[0]']);
    const both = '{match: {tags: [a], names: [db-*]}, action: ';
    expect(rules(`${both}Block}`, `${both}Migrate}`)).to.deep.equal(['spec.vms.rules[1].match']);
    const found = problemsOf(`  vms: {rules: [${stop}, {match: {names: [db-1]}, action: Block}]}\n`)[0];
    expect(found?.expected).to.equal(
      'one rule for them: rules[0] says action Shutdown, this one action Block, and only the first would count',
    );
  });

  it('but not rules that agree, nor an exception that stands first', () => {
    const rules = (...all: readonly string[]): readonly string[] => fields(`  vms: {rules: [${all.join(', ')}]}\n`);
    expect(rules('{match: {names: [db-1]}, action: Block}', '{match: {names: [db-1]}, action: Block}')).to.deep.equal([]);
    expect(rules('{match: {names: [db-1]}, action: Block}', '{match: {names: ["db-*"]}, action: Suspend}')).to.deep.equal([]);
    expect(rules('{match: {tags: [a], names: [x]}, action: Block}', '{match: {names: [x]}, action: Suspend}')).to.deep.equal([]);
  });

  it('a path that ends elsewhere than at the target', () => {
    expect(problemsOf('  path: [{version: "7.6.0"}]\n')[0]).to.include({
      field: 'spec.path[0]',
      found: '7.6.0',
      expected: 'the target, 8.2.1, as the last step',
    });
    expect(fields('  path: [{version: "7.6.0"}, {brand: XCP-ng, version: "8.2.1"}]\n')).to.deep.equal([]);
  });

  it('http without a word of consent', () => {
    const bmc = '{address: "redfish+http://10.0.0.1/redfish/v1/Systems/1", credentialsRef: {name: b}';
    expect(fields(`  hosts: [{name: a, bmc: ${bmc}}}]\n`)).to.deep.equal(['spec.hosts[0].bmc.address']);
    expect(fields(`  hosts: [{name: a, bmc: ${bmc}, tls: {allowPlaintext: true}}}]\n`)).to.deep.equal([]);
  });

  it('a release without a source, and virtual media without a BMC', () => {
    expect(fields('  releases: [{version: "8.2.1"}]\n')).to.deep.equal(['spec.releases[0]']);
    expect(fields('  hosts: [{name: a, boot: {method: VirtualMedia}}]\n')).to.deep.equal(['spec.hosts[0].boot.method']);
  });

  it('a window in a time zone that does not exist', () => {
    const window = (zone: string): string => `  window: {timeZone: ${zone}, periods: [{start: "22:00", duration: 8h}]}\n`;
    expect(problemsOf(window('Mars/Olympus'))[0]).to.include({ field: 'spec.window.timeZone', found: '"Mars/Olympus"' });
    expect(fields(window('Europe/Zurich'))).to.deep.equal([]);
  });

  it('a duration that is of no use', () => {
    expect(fields('  deadlines: {drain: 0s}\n')).to.deep.equal(['spec.deadlines.drain']);
    expect(fields('  deadlines: {install: 169h}\n')).to.deep.equal(['spec.deadlines.install']);
    expect(fields('  vms: {forceShutdownAfter: 0s}\n')).to.deep.equal([]);
    expect(fields('  gates: {soakAfterMaster: 999999999999h}\n')).to.deep.equal(['spec.gates.soakAfterMaster']);
  });
});
