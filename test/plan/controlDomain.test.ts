import { expect } from 'chai';
import { growthBy, usualSize } from '../../src/plan/controlDomain';
import { GIB } from './smallPool';

const release = (version: string): { readonly brand: 'XenServer'; readonly version: string } => ({ brand: 'XenServer', version });

describe('the control domain', () => {
  it('takes 1 GiB and a twentieth of the machine from 8.0 on, 8 GiB at most', () => {
    expect(usualSize(release('8.0.0'), 20 * GIB)).to.equal(2 * GIB);
    expect(usualSize(release('8.2.1'), 64 * GIB)).to.equal(GIB + Math.floor((64 * GIB) / 20));
    expect(usualSize(release('8.4.0'), 1024 * GIB)).to.equal(8 * GIB);
  });

  it('stays as it is before 8.0, and where it is larger already', () => {
    expect(growthBy({ dom0Memory: GIB, machineMemory: 512 * GIB }, release('7.6.0'))).to.equal(0);
    expect(growthBy({ dom0Memory: 8 * GIB, machineMemory: 20 * GIB }, release('8.2.1'))).to.equal(0);
  });

  it('grows by what the host tells, else by the rule, and not by what nobody knows', () => {
    const host = { dom0Memory: GIB, machineMemory: 20 * GIB };
    expect(growthBy(host, release('8.2.1'), 4 * GIB)).to.equal(3 * GIB);
    expect(growthBy(host, release('8.2.1'))).to.equal(GIB);
    expect(growthBy({ ...host, machineMemory: undefined }, release('8.2.1'))).to.equal(0);
    expect(growthBy({ ...host, dom0Memory: undefined }, release('8.2.1'), 4 * GIB)).to.equal(0);
  });
});
