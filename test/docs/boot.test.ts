// docs/boot.md: each step of each boot method, as it went in a run of the whole pool.
import { expect } from 'chai';
import { readFileSync } from 'node:fs';
import path from 'node:path';
import type { Stage } from '../../src/rehearsal/stage';
import { pathOf } from '../../src/boot/server/openAttempt';
import type { BootAnswer } from '../../src/boot/server/request';
import { PATH_KINDS, type PathKind } from '../../src/boot/server/tokens';
import { ATTEMPT, KEY, type Site, smallSite } from '../boot/server/smallSite';
import { boot, fromImage, HOSTS } from '../simulation/boots';
import { type Case, expectSuccess, type MadePool } from '../simulation/rig';
import { BootSteps, type Step } from './bootSteps';

const PAGE = readFileSync(path.resolve(__dirname, '..', '..', 'docs', 'boot.md'), 'utf8');
const HARDWARE = '*needs hardware*';
const [MASTER, MEMBER] = HOSTS;

interface Row extends Omit<Step, 'where'> {
  readonly where: string;
}

/** Cells of the table below a heading, without its head. */
function cellsBelow(heading: string): readonly (readonly string[])[] {
  const section = PAGE.split(`\n### ${heading}\n`)[1]?.split(/\n###? /)[0] ?? '';
  return [...section.matchAll(/^\| (.*) \|$/gm)].slice(1).map(([, line]) => line!.split(' | ').map((cell) => plain(cell.trim())));
}

/** Of the table below a heading, those of the installer in the place where they belong. */
function rowsOf(heading: string): readonly Row[] {
  return cellsBelow(heading).flatMap(([, where = '', command = '', answer = '']) =>
    where === '*as there*' ? rowsOf('The installer') : [{ where, command, answer }],
  );
}

function plain(cell: string): string {
  return cell.replace(/^`(.*)`$/, '$1');
}

interface Told {
  readonly heading: string;
  readonly given: Case;
  readonly host?: string;
  readonly onStage?: (stage: Stage) => void;
}

const wakeable = (pool: MadePool): void => pool.set('host', MEMBER, { power_on_mode: 'wake-on-lan' });
const networkFirst = ({ reader, world }: Stage): void => {
  const { uuid } = reader.hosts().find(({ name }) => name === MEMBER)!;
  world.chassis(uuid).attach({ boot: () => ({ device: 'Pxe', mode: undefined, image: undefined }) });
};

const METHODS: readonly Told[] = [
  { heading: 'VirtualMedia', given: { bootMethod: 'VirtualMedia' } },
  { heading: 'PXE with a BMC', given: { bootMethod: 'PXE' } },
  { heading: 'PXE without a BMC', given: { spec: fromImage('PXE'), bend: wakeable }, host: MEMBER, onStage: networkFirst },
  { heading: 'Staged', given: { bootMethod: 'Staged' } },
  { heading: 'Manual', given: { bootMethod: 'Manual' } },
];

async function stepsOf({ given, host = MASTER, onStage }: Told): Promise<readonly Step[]> {
  const heard = new BootSteps(host);
  const staged = (stage: Stage): void => {
    heard.options.onStage?.(stage);
    onStage?.(stage);
  };
  expectSuccess(await boot({ firmware: 'UEFI', ...given }, { ...heard.options, onStage: staged }));
  return heard.list();
}

type Ask = (site: Site) => Promise<BootAnswer>;

const at = (purpose: PathKind, rest = ''): string => pathOf(KEY, ATTEMPT, purpose, rest);
const asking =
  (path: string, given: Partial<Site> = {}): Ask =>
  (site) =>
    Object.assign(site, given).get(path);
const afterwards =
  (...paths: readonly string[]): ((ask: Ask) => Ask) =>
  (ask) =>
  async (site) => {
    for (const path of paths) expect((await site.get(path)).status).to.equal(200);
    return ask(site);
  };
const movedOn = { attempts: [{ ...ATTEMPT, veto: 'the run has moved on' }] };

/** How each row of the table of refusals comes about; where there are two ways, both. */
const ASKED: Readonly<Record<string, readonly Ask[]>> = {
  'again, and nothing has begun': [afterwards(at('answer'))(asking(at('answer')))],
  'the installer has begun': [afterwards(at('answer'), at('start'))(asking(at('answer')))],
  'the run has moved on': [asking(at('answer'), movedOn)],
  'another machine asks': [asking(at('answer', 'serial-SN2'))],
  'it cannot be written down': [(site) => ((site.keeper.fails = true), site.get(at('answer')))],
  'it was handed out, or the run has moved on: the installer ends, with nothing changed': [
    afterwards(at('answer'), at('start'))(asking(at('start'))),
    afterwards(at('answer'))(asking(at('start'), movedOn)),
  ],
  'the ISO has no such file': [asking(at('repository', 'no.rpm'))],
  'the token is of no attempt': PATH_KINDS.map((kind) => asking(at(kind), { attempts: [] })),
  'the attempt has expired': PATH_KINDS.map((kind) => asking(at(kind), { now: ATTEMPT.expires + 1 })),
};

describe('docs/boot.md', () => {
  for (const told of METHODS)
    it(`has each step of ${told.heading}, as it went, and marks what needs hardware`, async () => {
      const rows = rowsOf(told.heading);
      const [marked, seen] = [rows.filter(({ where }) => where === HARDWARE), rows.filter(({ where }) => where !== HARDWARE)];
      expect(seen).to.deep.equal(await stepsOf(told));
      expect(marked.length).to.be.greaterThan(0);
      for (const { command, answer } of marked) expect([command, answer], 'nothing was seen of it').to.deep.equal(['', '']);
    });

  it('quotes what a person is told where no pool can switch a host on', async () => {
    const steps = await stepsOf({ heading: '', given: { spec: fromImage('PXE') } });
    const sentence = steps.find(({ command }) => command === 'message')?.answer;
    expect(sentence).to.match(/^switch host/);
    expect(PAGE).to.include(`\`${sentence}\``);
  });

  it('says what the boot server answers where something is not as it should be', async () => {
    const rows = cellsBelow('What else is answered');
    expect(rows.map(([, when]) => when)).to.deep.equal(Object.keys(ASKED));
    for (const [, when = '', answer] of rows)
      for (const ask of ASKED[when]!) expect(String((await ask(smallSite())).status), when).to.equal(answer);
  });
});
