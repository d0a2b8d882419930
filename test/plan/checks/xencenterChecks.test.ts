import { expect } from 'chai';
import type { Check } from '../../../src/plan/checks/check';
import { xencenterChecks } from '../../../src/plan/checks/xencenterChecks';
import { world } from '../smallPool';
import { checking, inspection, traits } from './checking';
import { both, shared, toStockholm, user, verdictOf, withOne } from './xencenter/given';
import { guestCases } from './xencenter/guestCases';
import { hostCases } from './xencenter/hostCases';

const cases = { ...hostCases, ...guestCases };

describe('the checks of XenCenter', () => {
  it('are all tried here', () => {
    expect(Object.keys(cases).sort()).to.deep.equal(xencenterChecks.map(({ id }) => id).sort());
  });

  for (const [id, ofOne] of Object.entries(cases))
    for (const { when, given, verdict, about, says } of ofOne)
      it(`${id}: ${verdict} when ${when}`, () => {
        const found = verdictOf(id, checking(given));
        expect(found.verdict, found.texts).to.equal(verdict);
        if (about !== undefined) expect(found.names).to.deep.equal(about);
        if (says !== undefined) expect(found.texts).to.match(says);
      });

  it('give a fix nothing to do where they pass', () => {
    const idle = (check: Check): number =>
      check.fix?.steps(checking({ ...toStockholm, world: world([user], shared) })).length ?? 0;
    expect(xencenterChecks.filter((check) => idle(check) > 0).map(({ id }) => id)).to.deep.equal([]);
  });

  it('write down no password on the way back of a power-on mode', () => {
    const powerOn = xencenterChecks.find(({ id }) => id === 'PowerOnIlo')!;
    const steps = (powerOnConfig: Readonly<Record<string, string>>): number =>
      powerOn.fix!.steps(checking(withOne(toStockholm, { powerOnMode: 'iLO', powerOnConfig }))).length;
    expect(steps({ power_on_user: 'root', power_on_password_secret: 'uuid' })).to.equal(1);
    expect(steps({ power_on_user: 'root', power_on_password: 'secret' })).to.equal(0);
  });

  it('are about all hosts where they are about none in particular', () => {
    expect(
      verdictOf(
        'LegacySsl',
        checking({
          ...toStockholm,
          inspection: inspection(toStockholm.pool, {
            hosts: { one: traits({ sslLegacy: true }), two: traits({ sslLegacy: true }) },
          }),
        }),
      ).names,
    ).to.deep.equal(both);
  });
});
