import { expect } from 'chai';
import { runCli } from './runCli';

describe('xenpool controller', () => {
  const wrong: readonly (readonly [flags: readonly string[], complaint: RegExp])[] = [
    [['--pace', '60'], /--pace and --pace-from belong together, found only --pace/],
    [['--pace-from', '2026-03-01T20:00:00Z'], /belong together, found only --pace-from/],
    [['--pace', '0', '--pace-from', '2026-03-01T20:00:00Z'], /--pace 0: expected a number above 0/],
    [['--pace', '60', '--pace-from', 'yesterday'], /--pace-from yesterday: expected an instant/],
    [['--pace', '60', '--pace-from', '2026-13-01T20:00:00Z'], /--pace-from 2026-13-01T20:00:00Z: expected an instant/],
    [['--http-address', 'here'], /--http-address here: expected host:port/],
  ];
  for (const [flags, complaint] of wrong)
    it(`refuses ${flags.join(' ')}`, async () => {
      const { code, out, err } = await runCli('controller', ...flags);
      expect([code, out]).to.deep.equal([2, '']);
      expect(err).to.match(complaint);
    });

  it('says in its help what the pace is for, and as which variable it goes', async () => {
    const { out } = await runCli('controller', '--help');
    expect(out.replace(/\s+/g, ' '))
      .to.contain('for simulated pools only')
      .and.contain('XENPOOL_PACE')
      .and.contain('XENPOOL_PACE_FROM');
  });
});
