import { expect } from 'chai';
import fc from 'fast-check';
import type { BootAttempt } from '../../../src/boot/server/attempt';
import { attemptByMac, AttemptsKnown, openAttempt, type Opened, pathOf } from '../../../src/boot/server/openAttempt';
import { PATH_KINDS, tokenOf } from '../../../src/boot/server/tokens';
import { ATTEMPT, KEY, NOW, OTHER_KEY } from './smallSite';

const known = new AttemptsKnown([KEY], [ATTEMPT]);
const never = (): boolean => false;
const open = (path: string, now = NOW, what = known, begun: (attempt: BootAttempt) => boolean = never): Opened =>
  openAttempt(path, now, what, begun);

describe('A path of the boot server', () => {
  it('is open for the attempt and the purpose that it was made for', () => {
    for (const purpose of PATH_KINDS) {
      const opened = open(pathOf(KEY, ATTEMPT, purpose, 'a/b%20c'));
      expect(opened).to.deep.include({ kind: 'Open', purpose, rest: ['a', 'b c'], attempt: ATTEMPT, key: KEY });
    }
  });

  it('is unknown for another pool, host, attempt, expiry, purpose or key', () => {
    const others: readonly Partial<BootAttempt>[] = [{ pool: 'p' }, { host: 'h' }, { attempt: 2 }, { expires: NOW + 1 }];
    for (const other of others)
      expect(open(pathOf(KEY, { ...ATTEMPT, ...other }, 'answer')).kind, JSON.stringify(other)).to.equal('Unknown');
    expect(open(`/start/${tokenOf(KEY, ATTEMPT, 'answer')}`).kind).to.equal('Unknown');
    expect(open(pathOf(OTHER_KEY, ATTEMPT, 'answer')).kind).to.equal('Unknown');
    expect(open(pathOf({ ...OTHER_KEY, version: 'k1' }, ATTEMPT, 'answer')).kind).to.equal('Unknown');
  });

  it('is unknown when no status speaks of the attempt', () => {
    expect(open(pathOf(KEY, ATTEMPT, 'answer'), NOW, new AttemptsKnown([KEY], [])).kind).to.equal('Unknown');
  });

  it('is closed at its expiry, but for what an installer that has begun needs to end', () => {
    const at = (purpose: (typeof PATH_KINDS)[number], begun: boolean): string =>
      open(pathOf(KEY, ATTEMPT, purpose), ATTEMPT.expires, known, () => begun).kind;
    for (const purpose of PATH_KINDS) expect(at(purpose, false), purpose).to.equal('Closed');
    for (const purpose of ['answer', 'start', 'boot'] as const) expect(at(purpose, true), purpose).to.equal('Closed');
    for (const purpose of ['media', 'repository', 'complete'] as const) expect(at(purpose, true), purpose).to.equal('Open');
  });

  it('is closed when two objects say that they work on the host', () => {
    const both = new AttemptsKnown([KEY], [ATTEMPT, { ...ATTEMPT, run: 'run-2' }]);
    expect(open(pathOf(KEY, ATTEMPT, 'answer'), NOW, both)).to.deep.include({ kind: 'Closed' });
  });

  it('is good with the old and the new key while one is rotated', () => {
    const rotating = new AttemptsKnown([OTHER_KEY, KEY], [ATTEMPT]);
    expect(open(pathOf(KEY, ATTEMPT, 'media'), NOW, rotating)).to.deep.include({ kind: 'Open', key: KEY });
    expect(open(pathOf(OTHER_KEY, ATTEMPT, 'media'), NOW, rotating)).to.deep.include({ kind: 'Open', key: OTHER_KEY });
  });

  it('never leads out of its place', () => {
    for (const rest of [
      '..',
      '../x',
      'a/../b',
      '%2e%2e/x',
      '%2E.',
      'a%2fb',
      'a%5cb',
      'a\\b',
      '.',
      'a/./b',
      '%00',
      'a%0ab',
      '%',
      '%ff',
    ])
      expect(open(pathOf(KEY, ATTEMPT, 'repository', rest)).kind, rest).to.equal('Closed');
    expect(open(pathOf(KEY, ATTEMPT, 'repository', '/a//b/'))).to.deep.include({ kind: 'Open', rest: ['a', 'b'] });
    expect(open(pathOf(KEY, ATTEMPT, 'repository', '%252e%252e'))).to.deep.include({ kind: 'Open', rest: ['%2e%2e'] });
  });

  it('is never open for any other text of a token', () => {
    const path = pathOf(KEY, ATTEMPT, 'answer');
    fc.assert(
      fc.property(fc.nat(path.length - 2), fc.string({ maxLength: 3 }), (at, put) => {
        const changed = path.slice(0, at) + put + path.slice(at + Math.max(1, put.length));
        const opened = open(changed);
        // A doubled slash, or more behind the token, is the same path.
        if (opened.kind !== 'Unknown') expect(changed.split('/').slice(1, 3)).to.deep.equal(path.split('/').slice(1, 3));
      }),
      { numRuns: 3000 },
    );
    fc.assert(fc.property(fc.webPath(), (other) => void expect(open(other).kind).to.equal('Unknown')));
  });
});

describe('A network card', () => {
  const mac = '52:54:00:12:34:56';

  it('finds the one host that is to boot over the network with it', () => {
    expect(attemptByMac(mac, NOW, known)).to.equal(ATTEMPT);
  });

  it('finds none at another time, for another method, or when two hosts have it', () => {
    expect(attemptByMac(mac, ATTEMPT.expires, known)).to.have.property('why');
    expect(attemptByMac('52:54:00:12:34:57', NOW, known)).to.have.property('why');
    const manual = new AttemptsKnown([KEY], [{ ...ATTEMPT, method: 'Manual' }]);
    expect(attemptByMac(mac, NOW, manual)).to.have.property('why');
    for (const method of ['PXE', 'VirtualMedia'] as const) {
      const twice = new AttemptsKnown([KEY], [ATTEMPT, { ...ATTEMPT, host: 'other', method }]);
      expect(attemptByMac(mac, NOW, twice))
        .to.have.property('why')
        .that.matches(/two hosts/);
    }
  });
});
