import { expect } from 'chai';
import { compareSettings, type Difference, type Settings } from '../../src/plan/settings';

const none = (): boolean => false;
const compare = (before: Settings, after: Settings, expected = none): readonly Difference[] =>
  compareSettings(before, after, expected);

describe('comparing the settings of a host', () => {
  it('finds nothing between equals, and takes what is new for no difference', () => {
    const settings = { 'host/uuid': 'u', 'PIF a/-1/IP': '10.0.0.1' };
    expect(compare(settings, { ...settings, 'host/new': 'x' })).to.deep.equal([]);
  });

  it('names each change with both values, in the order of the paths', () => {
    const found = compare(
      { 'host/name': 'b', 'PIF a/-1/DNS': '1', 'host/edition': 'free' },
      { 'host/name': 'c', 'host/edition': 'free' },
    );
    expect(found).to.deep.equal([
      { path: 'PIF a/-1/DNS', before: '1', after: '(absent)', verdict: 'look' },
      { path: 'host/name', before: 'b', after: 'c', verdict: 'look' },
    ]);
  });

  it('is hard on identity and on the management address, even when they are gone', () => {
    for (const path of ['host/uuid', 'host/address', 'PIF 00:16/-1/management'])
      for (const after of [{}, { [path]: 'y' }]) expect(compare({ [path]: 'x' }, after)[0]?.verdict, path).to.equal('hard');
    for (const path of ['host/hostname', 'PIF 00:16/-1/IP']) expect(compare({ [path]: 'x' }, {})[0]?.verdict).to.equal('look');
  });

  it('still reports what was announced, as expected', () => {
    const given = compareSettings({ 'PBD s/attached': 'true' }, {}, (path) => path.startsWith('PBD s/'));
    expect(given).to.deep.equal([{ path: 'PBD s/attached', before: 'true', after: '(absent)', verdict: 'expected' }]);
  });
});
