import { expect } from 'chai';
import type { Sight } from '../../src/demo/sight';
import { Storyteller } from '../../src/demo/storyteller';
import { at, host, type HostStatus, sight, type Status, world } from './sights';

function story(...sights: readonly Sight[]): readonly string[] {
  const lines: string[] = [];
  const teller = new Storyteller((line) => lines.push(line), false);
  for (const one of sights) teller.hear(one);
  teller.flush();
  return lines;
}

const journal = (id: string, ...items: readonly (readonly [effect: string, name: string])[]): NonNullable<Status['journal']> => ({
  ...{ id, at: at(0), epoch: 1 },
  items: items.map(([effect, name]) => ({ effect, object: `uuid-${name}`, name, params: {} })),
});
const draining = (more: Partial<Status> = {}): Partial<Status> => ({
  hosts: [host('xs-01', 'Draining'), host('xs-02', 'Pending')],
  progress: { hostsDone: 0, hostsTotal: 2, percent: 0, summary: '0/2', host: 'xs-01' },
  ...more,
});

describe('the story of the demo', () => {
  it('gives each host a heading, and explains a phase the first time', () => {
    const lines = story(sight(10, draining()), sight(99, { hosts: [host('xs-01', 'Upgraded'), host('xs-02', 'Draining')] }));
    expect(lines[0]).to.match(/^── xs-01, the master: host 1 of 2 ─+$/);
    expect(lines[1]).to.match(/^0:00:10 +0% {2}xs-01 {2}Draining: disabled; its guests are moved/);
    expect(lines[2]).to.match(/^── xs-02, a member: host 2 of 2 ─+$/);
    expect(lines[3]).to.match(/^0:01:39 +50% {2}xs-02 {2}Draining$/);
  });

  it('tells in one line of guests that went the same way at about one time', () => {
    const lines = story(
      sight(0, draining(), world({ 'xs-01': ['a', 'b', 'c'], 'xs-02': [] })),
      sight(20, draining(), world({ 'xs-01': ['b', 'c'], 'xs-02': ['a'] })),
      sight(40, draining(), world({ 'xs-01': ['c'], 'xs-02': ['a', 'b'] })),
      sight(400, draining(), world({ 'xs-01': [], 'xs-02': ['a', 'b', 'c'] })),
    );
    expect(lines.slice(2).map((line) => line.slice(21))).to.deep.equal(['a, b migrate to xs-02', 'c migrates to xs-02']);
  });

  it('says how a guest stopped, and how it came back', () => {
    const both = { 'xs-01': ['pinned', 'stubborn'] };
    const lines = story(
      sight(0, draining(), world(both)),
      sight(10, draining({ journal: journal('1', ['Suspend', 'pinned'], ['CleanShutdown', 'stubborn']) }), world(both)),
      sight(
        20,
        draining({ journal: journal('1', ['Suspend', 'pinned'], ['CleanShutdown', 'stubborn']) }),
        world({ 'xs-01': ['stubborn'] }),
      ),
      sight(700, draining({ journal: journal('2', ['HardShutdown', 'stubborn']) }), world({ 'xs-01': [] })),
      sight(900, draining({ journal: journal('3', ['Start', 'pinned'], ['Start', 'stubborn']) }), world(both)),
    );
    expect(lines.slice(2).map((line) => line.slice(21))).to.deep.equal([
      'stubborn is asked to shut down',
      'pinned is suspended',
      'stubborn: the plug is pulled (forceShutdownAfter: 10m)',
      'pinned is resumed',
      'stubborn is started',
    ]);
  });

  it('tells a stop with its reason and sentence, once', () => {
    const halted = { phase: 'Halted', reason: 'MasterUnknown', message: 'nobody answers', stalled: true } as const;
    const lines = story(sight(5, { ...halted, hosts: [] }), sight(6, { ...halted, hosts: [], debts: [] }));
    expect(lines.filter((line) => line.includes('MasterUnknown: nobody answers'))).to.have.length(1);
    expect(lines.some((line) => line.includes('Halted: touched and stopped'))).to.equal(true);
  });

  it('tells once when an installer passes the point of no return, and what it says at its end', () => {
    const seen = (installer: HostStatus['installer']): Partial<Status> => ({
      hosts: [host('xs-01', 'Installing', installer === undefined ? {} : { installer }), host('xs-02', 'Pending')],
    });
    const past = { side: 'Past', because: 'packages were fetched', steps: [] } as const;
    const lines = story(
      sight(0, seen(undefined)),
      sight(10, seen({ side: 'Before', because: 'it has begun', steps: [] })),
      sight(20, seen(past)),
      sight(30, seen({ ...past, steps: [{ what: 'package', at: at(20) }] })),
      sight(40, seen({ ...past, result: 'Failed' })),
      sight(50, seen({ ...past, result: 'Failed' })),
    );
    expect(lines.slice(2).map((line) => line.slice(21))).to.deep.equal([
      'the point of no return is passed: packages were fetched',
      'its installer says that it failed',
    ]);
  });

  it('keeps what it told, for the report', () => {
    const teller = new Storyteller(() => undefined, true);
    teller.hear(sight(10, draining()));
    teller.say('the controller died');
    expect(teller.lines.map(({ at: second, host: who }) => [second, who])).to.deep.equal([
      [10, 'xs-01'],
      [10, ''],
    ]);
    expect(teller.lines.at(-1)?.event).to.equal('the controller died');
  });
});
