import { expect } from 'chai';
import fc from 'fast-check';
import { modelOf } from '../../src/demo/model';
import { clock, tableOf } from '../../src/demo/table';
import { at, host, sight, world } from './sights';

const hosts = ['xs-01', 'xs-02', 'xs-03'];
const model = modelOf(
  sight(
    400,
    {
      message: 'xs-01 runs the installer of 8.3.0 since 2026-03-01T20:03:00.000Z; the pool cannot be contacted until it is back',
      hosts: [host('xs-01', 'Installing', { since: at(100) }), host('xs-02', 'Pending'), host('xs-03', 'Pending')],
    },
    world({ 'xs-01': [], 'xs-02': ['a', 'b'], 'xs-03': ['c'] }),
  ),
);
const told = { ...model, event: 'Installing: host xs-01: Leaving is over, Installing begins' };
const text = (columns: number, rows: number, colour = false): string => tableOf(told, { columns, rows, colour }).join('\n');

describe('the table of the demo', () => {
  it('shows each host with role, phase, version, VMs and how far it is, the whole, and the last event', () => {
    const drawn = text(100, 30);
    expect(drawn).to.match(/^Upgrading {3}rack7: XCP-ng 8\.2\.1 → 8\.3\.0 +0:06:40$/m);
    expect(drawn).to.match(/^xs-01 {2}master {2}Installing +8\.2\.1→8\.3\.0 +0 +█+░+$/m);
    expect(drawn).to.match(/^xs-02 {2}member {2}Pending +8\.2\.1 +2 +░+$/m);
    expect(drawn).to.match(/ \d+% {2}about \d:\d\d:\d\d left, \d+ s here {2}3 VMs run$/m);
    expect(drawn).to.match(/^event: Installing: host xs-01/m);
    expect(drawn).to.not.contain('2026-03-01');
  });

  it('shows on which side of the point of no return an installer is, while one is at work and there is room', () => {
    const seen = (phase: 'Installing' | 'Upgraded'): string => {
      const installer = { side: 'Past', because: 'packages were fetched', steps: [] } as const;
      const one = sight(400, { hosts: [host('xs-01', phase, { installer }), host('xs-02', 'Pending')] });
      return tableOf(modelOf(one), { columns: 100, rows: 24, colour: false }).join('\n');
    };
    expect(seen('Installing'))
      .to.match(/VERSION +INSTALLER +VMS/)
      .and.match(/^xs-01 .*8\.2\.1→8\.3\.0 {2}past /m);
    expect(seen('Upgraded')).to.not.match(/INSTALLER|past/);
    expect(text(100, 24)).to.not.contain('INSTALLER');
  });

  it('never leaves the terminal, however small that is', () => {
    fc.assert(
      fc.property(
        fc.integer({ min: 1, max: 200 }),
        fc.integer({ min: 1, max: 60 }),
        fc.integer({ min: 1, max: 16 }),
        (columns, rows, count) => {
          const many = Array.from({ length: count }, (_, index) =>
            host(`host-${index}`, index === 1 ? 'Installing' : 'Pending', {
              installer: { side: 'Unknown', because: '', steps: [] },
            }),
          );
          const lines = tableOf(modelOf(sight(5, { hosts: many, message: 'm'.repeat(300) }, world({ 'host-1': ['a'] }))), {
            columns,
            rows,
            colour: false,
          });
          expect(lines.length).to.be.at.most(Math.max(1, rows - 1));
          for (const line of lines) expect([...line].length, line).to.be.at.most(columns);
        },
      ),
    );
  });

  it('gives up columns before it gives up the hosts', () => {
    for (const columns of [80, 60, 50, 40, 30])
      for (const name of hosts) expect(text(columns, 24), String(columns)).to.contain(name);
    expect(text(40, 24)).to.not.contain('ROLE');
  });

  it('keeps the host in work in sight when not all have room', () => {
    const many = Array.from({ length: 16 }, (_, index) => host(`host-${index}`, index === 12 ? 'Draining' : 'Pending'));
    const lines = tableOf(modelOf(sight(5, { hosts: many })), { columns: 80, rows: 12, colour: false });
    expect(lines.join('\n'))
      .to.contain('host-12')
      .and.match(/… and \d+ more/);
  });

  it('bears no escape sequence without colour, whatever the pool is called', () => {
    const hostile = modelOf(sight(5, { hosts: [host('\u001b[2Jxs', 'Draining')], message: 'a\u001b]0;b\u0007' }));
    expect(tableOf(hostile, { columns: 80, rows: 24, colour: false }).join('')).to.not.contain('\u001b');
    expect(text(80, 24, true)).to.contain('\u001b[');
  });

  it('tells hours, minutes and seconds', () => {
    expect([clock(0), clock(61_000), clock(36_000_000)]).to.deep.equal(['0:00:00', '0:01:01', '10:00:00']);
  });
});
