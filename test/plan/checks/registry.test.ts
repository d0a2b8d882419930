import { expect } from 'chai';
import type { Check, Finding } from '../../../src/plan/checks/check';
import { allChecks, holdsUp, runChecks, worstVerdict } from '../../../src/plan/checks/registry';
import { REASONS } from '../../../src/api/reasons';
import { checking } from './checking';

const check = (id: string, findings: readonly Finding[], more: Partial<Check> = {}): Check => ({
  id,
  title: id,
  source: '',
  range: '',
  remedy: '',
  moments: ['Planning'],
  applies: () => true,
  judge: () => findings,
  ...more,
});
const finding = (verdict: Finding['verdict']): Finding => ({ verdict, objects: [], message: verdict, remedy: 'do' });

describe('the registry of checks', () => {
  it('has no id twice, and each is a word in PascalCase with its source, range and remedy', () => {
    const ids = allChecks.map(({ id }) => id);
    expect(new Set(ids).size).to.equal(ids.length);
    for (const { id, source, range, remedy, moments } of allChecks) {
      expect(id).to.match(/^[A-Z][A-Za-z0-9]+$/);
      for (const text of [source, range, remedy]) expect(text, id).to.not.equal('');
      expect(moments, id).to.not.be.empty;
    }
  });

  it('has an id that is a reason for each check', () => {
    const strangers = allChecks.map(({ id }) => id).filter((id) => !(id in REASONS));
    expect(strangers).to.deep.equal([]);
  });

  it('runs all checks of the moment that apply, whatever others found', () => {
    const checks = [
      check('A', [finding('Block')]),
      check('B', [finding('Warn'), finding('Unknown')]),
      check('C', []),
      check('Later', [finding('Block')], { moments: ['BeforeHost'] }),
      check('Elsewhere', [finding('Block')], { applies: () => false }),
    ];
    const results = runChecks(checking(), checks);
    expect(results.map(({ id, verdict }) => [id, verdict])).to.deep.equal([
      ['A', 'Block'],
      ['B', 'Unknown'],
      ['C', 'Pass'],
    ]);
    expect(results.map(holdsUp)).to.deep.equal([true, true, false]);
  });

  it('holds the worst of several verdicts', () => {
    expect(worstVerdict([])).to.equal('Pass');
    expect(worstVerdict(['Pass', 'Warn'])).to.equal('Warn');
    expect(worstVerdict(['Unknown', 'Warn'])).to.equal('Unknown');
    expect(worstVerdict(['Unknown', 'Block', 'Warn'])).to.equal('Block');
  });
});
