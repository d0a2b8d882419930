import { expect } from 'chai';
import { type ComparedGuest, compareGuests, type GuestComparison } from '../../../src/plan/settings';

const vm = (uuid: string, more: Partial<ComparedGuest> = {}): ComparedGuest => ({
  uuid,
  name: `guest ${uuid}`,
  powerState: 'Running',
  host: 'm',
  cds: [],
  haPriority: '',
  ...more,
});
const NAMES = new Map([
  ['m', 'xs-01'],
  ['b', 'xs-02'],
]);
const compare = (before: readonly ComparedGuest[], after: readonly ComparedGuest[], from = '7.0.0'): GuestComparison =>
  compareGuests(before, after, NAMES, {
    from: { brand: 'XenServer', version: from },
    to: { brand: 'XenServer', version: '7.6.0' },
  });
const told = ({ differences }: GuestComparison): readonly string[] =>
  differences.map(({ name, path, before, after, verdict }) => `${name} ${path} ${before}→${after} ${verdict}`);

describe('VMs before and after', () => {
  it('that are as they were are counted, and told no further', () => {
    expect(compare([vm('a'), vm('c')], [vm('c'), vm('a'), vm('new')])).to.deep.equal({ compared: 2, same: 2, differences: [] });
  });

  it('are told by name with what differs, hosts by their names', () => {
    const seen = compare([vm('a'), vm('c', { cds: [{ vdi: 'd' }] })], [vm('a', { host: 'b' }), vm('c')]);
    expect([seen.compared, seen.same]).to.deep.equal([2, 0]);
    expect(told(seen)).to.deep.equal(['guest a VM a/host xs-01→xs-02 look', 'guest c VM c/discs d→ look']);
  });

  it('that run no longer are not also said to be elsewhere', () => {
    expect(told(compare([vm('a')], [vm('a', { powerState: 'Halted', host: undefined })]))).to.deep.equal([
      'guest a VM a/power state Running→Halted look',
    ]);
  });

  it('that are gone are one difference', () => {
    expect(told(compare([vm('a')], []))).to.deep.equal(['guest a VM a (present)→(absent) look']);
  });

  it('that an old release started by itself are best-effort ones of HA now, as expected', () => {
    expect(told(compare([vm('a')], [vm('a', { haPriority: 'best-effort' })], '5.6.100'))).to.deep.equal([
      'guest a VM a/HA priority →best-effort expected',
    ]);
  });
});
