import { expect } from 'chai';
import { effectWords, guestWords } from '../../src/demo/words';

describe('the words of the demo', () => {
  const item = (effect: string, name: string): Parameters<typeof effectWords>[0] => ({ effect, name, object: 'u', params: {} });

  it('speak of one guest and of many', () => {
    expect(guestWords(['a'], { kind: 'Moved', to: 'x' }, undefined)).to.equal('a migrates to x');
    expect(guestWords(['a', 'b'], { kind: 'Moved', to: 'x' }, undefined)).to.equal('a, b migrate to x');
    expect(guestWords(['a', 'b'], { kind: 'Gone', by: 'CleanShutdown' }, undefined)).to.equal('a, b have shut down');
  });

  it('speak of patience only where the manifest has some', () => {
    const gone = { kind: 'Gone', by: 'HardShutdown' } as const;
    expect(guestWords(['a'], gone, '10m')).to.contain('10m');
    expect(guestWords(['a'], gone, undefined)).to.equal('a is switched off');
  });

  it('say of a guest that nobody touched only what is so', () => {
    expect(guestWords(['a'], { kind: 'Gone', by: '' }, '10m')).to.equal('a no longer runs');
  });

  it('tell what a BMC is told to boot, by what that is', () => {
    const once = (target: string): string | undefined =>
      effectWords({ ...item('SetBootOnce', 'xs-01'), params: { target } })?.words;
    expect([once('Cd'), once('Pxe')]).to.deep.equal([
      'its BMC is told to boot the image, once',
      'its BMC is told to boot from the network, once',
    ]);
  });

  it('take the name of an object literally', () => {
    expect(effectWords(item('CleanShutdown', 'price $& more'))?.words).to.equal('price $& more is asked to shut down');
    expect(effectWords(item('Migrate', 'a'))).to.equal(undefined);
  });
});
