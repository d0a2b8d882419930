import { expect } from 'chai';
import { describePlan } from '../../../src/cli/plan/describe';
import { escaped, printMarkdown } from '../../../src/cli/plan/printMarkdown';
import { printText, WIDTH, wrap } from '../../../src/cli/plan/printText';
import { planReport, type PlanReport } from '../../../src/cli/plan/report';
import type { HopPlan, PlannedGuest, PlannedHost } from '../../../src/plan/document';
import { BLOCK, CHECKS, madePlan, madeReport, span, turnEstimate } from './madePlan';

const textOf = (report: PlanReport): string => printText(describePlan(report), false);
/** As one line, wherever lines are broken. */
const flat = (text: string): string => text.replace(/\s+/g, ' ');
const told = (report: PlanReport): string => flat(textOf(report));

describe('a plan as text', () => {
  it('names the plan, the way and why it may be taken', () => {
    const text = told(madeReport());
    expect(text).to.match(/^Planned as 0123456789abcdef: pool rack7 /);
    expect(text).to.contain(
      'XenServer 7.6.0 to XenServer 8.2.1: accepted by the installer, documented by nobody (xenserver.md 1.5)',
    );
    const [hop] = madePlan().hops;
    const documented = told(madeReport(madePlan({ hops: [{ ...hop!, documented: true }] })));
    expect(documented).to.contain('documented by the vendor (xenserver.md 1.5)');
  });

  it('tells host by host what moves where, what stops for how long and why, and what comes back', () => {
    const text = told(madeReport());
    expect(text).to.contain('1. xs-01, master, boot method Staged: 32 min (17 min to 1 h 05 min)');
    expect(text).to.contain('2 VMs (4 GiB) move to xs-02: web-1 and web-2');
    expect(text).to.contain(
      'db is suspended for 30 min (15 min to 1 h 05 min): no other host sees SR Local (VM_REQUIRES_SR); resumes on xs-01 once it is back',
    );
    expect(text.indexOf('1. xs-01')).to.be.lessThan(text.indexOf('2. xs-02'));
  });

  it('tells from where a VM moves that does not leave the host in work, and what for', () => {
    const [hop] = madePlan().hops;
    const [first, second] = hop!.pass.turns;
    const moves = [{ guest: 'vm-web-1', from: 'host-b', to: 'host-a', purpose: 'room' as const }];
    const returns = [{ guest: 'vm-db', from: 'host-b', to: 'host-a', purpose: 'home' as const }];
    const pass = { ...hop!.pass, turns: [{ ...first!, moves, returns }, second!] };
    const text = told(madeReport(madePlan({ hops: [{ ...hop!, pass }] })));
    expect(text).to.contain('1 VM (2 GiB) moves from xs-02 to xs-01 to make room: web-1');
    expect(text).to.contain('1 VM (8 GiB) moves from xs-02 to xs-01 back home: db');
  });

  it('tells the order in which several start', () => {
    const [hop] = madePlan().hops;
    const [first, second] = hop!.pass.turns;
    const starts = ['vm-web-2', 'vm-db', 'vm-web-1'].map((guest) => ({ guest, on: 'host-a' }));
    const pass = { ...hop!.pass, turns: [{ ...first!, starts }, second!] };
    expect(told(madeReport(madePlan({ hops: [{ ...hop!, pass }] })))).to.contain(
      'after its return 3 VMs run again on xs-01, in this order: web-2, db, web-1',
    );
  });

  it('tells migrations with the proven minimum, or with what is missing to a proof', () => {
    expect(told(madeReport())).to.contain('4 planned; the fewest possible: 4, proven; no plan can have fewer than 4.');
    const [hop] = madePlan().hops;
    const migrations = { planned: 9, minimum: 9, bound: 4, proven: false, gap: 2 };
    const text = told(madeReport(madePlan({ hops: [{ ...hop!, pass: { ...hop!.pass, migrations } }] })));
    expect(text).to.contain('9 migrations, at most 2 more than the fewest possible.');
    expect(text).to.contain('9, not proven: the plan has at most 2 more than need be');
  });

  it('lists checks the worst first, each with what was found, the remedy and the rule', () => {
    const text = textOf(
      madeReport(madePlan({ checks: [...CHECKS, BLOCK] }), { outcome: 'Blocked', reason: BLOCK.id, message: 'held' }),
    );
    const at = (words: string): number => {
      expect(flat(text)).to.contain(words);
      return flat(text).indexOf(words);
    };
    expect(at('Block Certificates have long keys [CertificateKeyLength]')).to.be.lessThan(at('Warn No disc is inserted'));
    expect(at('RSA key of 1024 bits')).to.be.lessThan(at('Remedy: run xe host-emergency-reset-server-certificate on it'));
    at('Rule: XenCenter CertificateKeyLengthCheck');
    at('Pass 1 check: Quiet');
    at('(VM web-1)');
    at('the operator mends it before the upgrade and puts it back afterwards');
    expect(flat(text)).to.match(/^Blocked \(CertificateKeyLength\): held /);
  });

  it('names each VM that keeps a host from being emptied', () => {
    const [hop] = madePlan().hops;
    const blocked = [{ guest: 'vm-db', host: 'host-a', why: { code: 'GuestPaused', text: 'it is paused' } }];
    const plan = madePlan({ hops: [{ ...hop!, pass: { ...hop!.pass, blocked } }] });
    const text = told(madeReport(plan, { outcome: 'Blocked' }));
    expect(text).to.contain('Block db keeps xs-01 from being emptied: it is paused (GuestPaused)');
    expect(text).to.contain('cannot be emptied: db');
  });

  it('tells how long each step takes and what that rests on, once for hosts that are alike', () => {
    const text = told(madeReport());
    expect(text).to.contain('In all 1 h 05 min (40 min to 2 h 20 min).');
    expect(text).to.contain('install, xs-01 and xs-02: 20 min (10 min to 40 min) each; planning value');
    expect(text).to.contain('empty the host, xs-02: 3 min (2 min to 9 min); 24 GiB over an assumed 1 Gbit/s');
    expect(text).to.contain('hosts have different releases for 35 min (20 min to 1 h 10 min)');
    expect(text).to.contain('snapshots and backup jobs');
    expect(text).to.contain('the control domain takes 1 GiB more on each host');
  });

  it('says nothing of times where nobody estimated any', () => {
    const none = span(0, 0, 0);
    const [hop] = madePlan().hops;
    const turns = hop!.pass.order.map((host) => ({ host, steps: [], total: none }));
    const text = told(madeReport(madePlan({ total: none, hops: [{ ...hop!, turns, mixed: none }] })));
    expect(text).to.not.match(/\b0 s\b/);
    expect(text).to.not.contain('How long it takes');
  });

  it('ends with the commands that come next, whole', () => {
    const text = textOf(madeReport(madePlan(), { seen: { by: 'dump', of: "my pool's.xml" } }));
    expect(text).to.contain("    xenpool rehearse --database 'my pool'\\''s.xml' --manifest upgrade.yaml\n");
    expect(text).to.contain(
      '    kubectl --namespace rehearsal annotate poolupgrade rack7 xenpool.dev/approve=0123456789abcdef\n',
    );
  });

  it('tells as much as there is where no plan was made', () => {
    const refused = planReport('Refused', 'LocalStorageWouldBeLost', 'host xs-01 would lose it', {
      path: [
        {
          from: { brand: 'XenServer', version: '6.0.0' },
          to: { brand: 'XenServer', version: '7.6.0' },
          legal: null,
          source: null,
        },
      ],
      order: madePlan().hosts,
      checks: [BLOCK],
    });
    const text = told(refused);
    expect(text).to.match(/^Refused \(LocalStorageWouldBeLost\): host xs-01 would lose it /);
    expect(text).to.contain('XenServer 6.0.0 to XenServer 7.6.0');
    expect(text).to.contain('1. xs-01, master, boot method Staged');
    expect(text).to.contain('Remedy: run xe');
  });

  it('keeps each line of a message', () => {
    const lines = textOf(planReport('Invalid', 'InvalidManifest', 'a.yaml: one\na.yaml: two')).split('\n');
    expect(lines.slice(0, 2)).to.deep.equal(['Invalid (InvalidManifest): a.yaml: one', 'a.yaml: two']);
  });

  it('colours on a terminal only, and says the same', () => {
    // eslint-disable-next-line no-control-regex -- colours are control characters
    const colours = /\u001b\[[0-9;]*m/g;
    const coloured = printText(describePlan(madeReport()), true);
    expect(coloured).to.contain('\u001b[32;1mPlanned\u001b[0m');
    expect(coloured.replace(colours, '')).to.equal(textOf(madeReport()));
    expect(textOf(madeReport())).to.not.contain('\u001b');
  });

  it('obeys no name', () => {
    const plan = madePlan({ pool: { uuid: 'pool-uuid', name: 'x\u001b[2Jy\nz' } });
    expect(textOf(madeReport(plan))).to.match(/pool x \[2Jy z\n/);
  });

  it('stays within a hundred columns, commands apart, and short, for the largest pools', () => {
    const text = textOf(madeReport(largePlan(64, 2000)));
    const lines = text.split('\n').filter((line) => !line.startsWith('    xenpool ') && !line.startsWith('    kubectl '));
    expect(lines.filter((line) => line.length > WIDTH)).to.deep.equal([]);
    expect(lines.length).to.be.lessThan(64 * 8);
    expect(flat(text)).to.contain('31 VMs (62 GiB) move to host-01: vm-');
  });

  it('breaks between words, and within one that no line holds', () => {
    const long = 'x'.repeat(2 * WIDTH);
    expect(wrap(`one ${long} two`, '  ').every((line) => line.length <= WIDTH)).to.equal(true);
    expect(wrap(`one ${long} two`, '  ').join('').replace(/ /g, '')).to.equal(`one${long}two`);
  });
});

describe('a plan as Markdown', () => {
  it('says what the text says', () => {
    const plain = (text: string): string => flat(text.replace(/\\(.)/g, '$1').replace(/\*\*|^#+ |^```.*$|^ *- /gm, ' ')).trim();
    const report = madeReport(madePlan({ checks: [...CHECKS, BLOCK] }), { outcome: 'Blocked', message: 'held' });
    expect(plain(printMarkdown(describePlan(report)))).to.equal(plain(textOf(report).replace(/^ *- /gm, ' ')));
  });

  it('has headings, lists and commands to copy', () => {
    const text = printMarkdown(describePlan(madeReport()));
    expect(text).to.match(/^# Planned as 0123456789abcdef: pool rack7\n/);
    expect(text).to.match(/\n## Checks\n/);
    expect(text).to.match(/\n {2}- 2 VMs \(4 GiB\) move to xs-02: web-1 and web-2\n/);
    expect(text).to.match(/```sh\nkubectl apply -f upgrade\.yaml\n/);
  });

  it('lets no name become mark-up', () => {
    expect(escaped('*a* <b> [c](d) `e` | _f_ VM_REQUIRES_SR')).to.equal(
      '\\*a\\* \\<b\\> \\[c\\](d) \\`e\\` \\| \\_f\\_ VM_REQUIRES_SR',
    );
    expect(['# a', '- a', '+ a', '1. a'].map(escaped)).to.deep.equal(['\\# a', '\\- a', '\\+ a', '1\\. a']);
  });
});

/** Every host is emptied onto the first. */
function largePlan(hosts: number, guests: number): ReturnType<typeof madePlan> {
  const number = (index: number, digits: number): string => String(index + 1).padStart(digits, '0');
  const all: readonly PlannedHost[] = Array.from({ length: hosts }, (_, index) => ({
    uuid: `h${index}`,
    name: `host-${number(index, 2)}`,
    role: index === 0 ? 'master' : 'member',
    bootMethod: 'Staged',
  }));
  const vms: readonly PlannedGuest[] = Array.from({ length: guests }, (_, index) => ({
    uuid: `g${index}`,
    name: `vm-${number(index, 4)}`,
    powerState: 'Running',
    host: `h${index % hosts}`,
    memory: 2 * 1024 ** 3,
  }));
  const turns = all.map(({ uuid }, index) => {
    const to = index === 0 ? 'h1' : 'h0';
    const moves = vms
      .filter(({ host }) => host === uuid)
      .map(({ uuid: guest }) => ({ guest, from: uuid, to, purpose: 'drain' as const }));
    return { host: uuid, moves, stops: [], starts: [], returns: [] };
  });
  const [hop] = madePlan().hops;
  const pass = { ...hop!.pass, order: all.map(({ uuid }) => uuid), turns };
  const large: HopPlan = { ...hop!, pass, turns: all.map(({ uuid }) => turnEstimate(uuid)) };
  return madePlan({ hosts: all, guests: vms, hops: [large] });
}
