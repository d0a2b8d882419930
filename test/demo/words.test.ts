import { expect } from 'chai';
import { effectWords, eventWords, guestEvent, guestWords } from '../../src/demo/words';

describe('the words of the demo', () => {
  it('leave an event they do not know as it is', () => {
    expect(eventWords('catches fire (by chance)')).to.equal('catches fire (by chance)');
  });

  it('leave out what another line tells', () => {
    expect(eventWords('phase Installing')).to.equal(undefined);
  });

  it('tell guests from hosts, whatever blanks are in a name', () => {
    expect(guestEvent('Debian Lenny (1) migrates to xs-02')).to.deep.equal({
      name: 'Debian Lenny (1)',
      change: 'migrates to xs-02',
    });
    expect(guestEvent('is up (XCP-ng 8.3.0)')).to.equal(undefined);
  });

  it('speak of one guest and of many', () => {
    expect(guestWords(['a'], 'migrates to x', undefined)).to.equal('a migrates to x');
    expect(guestWords(['a', 'b'], 'migrates to x', undefined)).to.equal('a, b migrate to x');
    expect(guestWords(['a', 'b'], 'stopped', undefined)).to.equal('a, b have shut down');
  });

  it('speak of patience only where the manifest has some', () => {
    expect(guestWords(['a'], 'killed', '10m')).to.contain('10m');
    expect(guestWords(['a'], 'killed', undefined)).to.equal('a is killed');
  });

  it('take the name of an object literally', () => {
    expect(effectWords('CleanShutdown', 'price $& more')?.words).to.equal('price $& more is asked to shut down');
    expect(effectWords('Migrate', 'a')).to.equal(undefined);
  });
});
