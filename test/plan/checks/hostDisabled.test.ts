import { expect } from 'chai';
import { hostDisabled } from '../../../src/plan/checks/hostDisabled';
import { holdsUp, runChecks } from '../../../src/plan/checks/registry';
import { host, poolOf } from '../smallPool';
import { checking, orders } from './checking';

describe('the check HostDisabled', () => {
  const serving = poolOf([host('one'), host('two')]);
  const maintained = poolOf([host('one'), host('two', '7.1.2', { enabled: false })]);

  it('passes while every host is enabled', () => {
    const [result] = runChecks(checking({ pool: serving }), [hostDisabled]);
    expect(result).to.deep.include({ id: 'HostDisabled', verdict: 'Pass', findings: [], fixing: false });
  });

  it('blocks for a disabled host, names it, and says both ways out', () => {
    const [result] = runChecks(checking({ pool: maintained }), [hostDisabled]);
    expect(result).to.have.property('verdict', 'Block');
    expect(holdsUp(result!)).to.equal(true);
    const [finding] = result!.findings;
    expect(finding!.objects).to.deep.equal([{ kind: 'host', uuid: 'two', name: 'name-two' }]);
    expect(finding!.remedy)
      .to.match(/xe host-enable/)
      .and.match(/HostDisabled in spec\.consent\.fixes/);
  });

  it('before a host, looks at no other one', () => {
    const [result] = runChecks(checking({ pool: maintained, moment: 'BeforeHost', host: 'one' }), [hostDisabled]);
    expect(result).to.have.property('verdict', 'Pass');
  });

  it('with consent enables it, and holds nothing up', () => {
    const situation = checking({ pool: maintained, orders: orders(maintained, { fixes: ['HostDisabled'] }) });
    const [result] = runChecks(situation, [hostDisabled]);
    expect(result).to.deep.include({ verdict: 'Block', fixing: true });
    expect(holdsUp(result!)).to.equal(false);
    const two = { object: 'two', name: 'name-two', params: {} };
    expect(hostDisabled.fix!.steps(situation)).to.deep.equal([
      { step: { effect: 'EnableHost', ...two }, undo: { effect: 'DisableHost', ...two } },
    ]);
  });
});
