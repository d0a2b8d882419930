// Hazards of guests: memory, images, discs, CPU features, what a person has blocked, work in flight.
import { expect } from 'chai';
import { known } from '../../../../src/foundation/fact';
import { autoPoweron } from '../../../../src/plan/checks/hazards/autoPoweron';
import { blockedOperations } from '../../../../src/plan/checks/hazards/blockedOperations';
import { controlDomainGrowth } from '../../../../src/plan/checks/hazards/controlDomainGrowth';
import { cpuFeatures } from '../../../../src/plan/checks/hazards/cpuFeatures';
import { insertedCds } from '../../../../src/plan/checks/hazards/insertedCds';
import { lowBallooning } from '../../../../src/plan/checks/hazards/lowBallooning';
import { runningTasks } from '../../../../src/plan/checks/hazards/runningTasks';
import { suspendedGuests } from '../../../../src/plan/checks/hazards/suspendedGuests';
import { suspendSpace } from '../../../../src/plan/checks/hazards/suspendSpace';
import { uefiGuests } from '../../../../src/plan/checks/hazards/uefiGuests';
import type { CheckSituation } from '../../../../src/plan/checks/check';
import type { Pass, PlannedStop } from '../../../../src/plan/pass/pass';
import type { Guest, Host } from '../../../../src/plan/pool';
import { GIB, guest, host, pbd, poolOf, sr, world } from '../../smallPool';
import { inspection } from '../checking';
import { given, hazardsOf, hopOf, itTells, verdictOf, XCP, XS } from './cases';

const MIGRATIONS = { planned: 0, minimum: 0, bound: 0, proven: true, gap: 0 };

function passOf(stops: readonly PlannedStop[], blocked: Pass['blocked'] = []): Pass {
  const turn = (uuid: string): Pass['turns'][number] => ({
    host: uuid,
    moves: [],
    stops: stops.filter((stop) => stop.host === uuid),
    starts: [],
    returns: [],
  });
  return { order: ['one', 'two'], turns: [turn('one'), turn('two')], blocked, migrations: MIGRATIONS };
}

function stop(name: string, on: string, action: PlannedStop['action'], after = on, code = 'VM_REQUIRES_SR'): PlannedStop {
  return { guest: name, host: on, action, why: { code, text: code }, back: { after, on } };
}

describe('room for memory images', () => {
  const guests = [guest('a', 'one', { memory: 2 * GIB }), guest('b', 'two', { memory: 2 * GIB })];
  const at = (free: number | undefined, pass: Pass): CheckSituation =>
    given({
      pass,
      bend: { pool: { suspendSr: 'images' } },
      world: world(guests, { srs: [sr('images', free === undefined ? {} : { free })] }),
    });
  const together = passOf([stop('a', 'one', 'Suspend', 'two'), stop('b', 'two', 'Suspend')]);
  const inTurn = passOf([stop('a', 'one', 'Suspend'), stop('b', 'two', 'Suspend')]);

  itTells({
    check: suspendSpace,
    what: 'images that lie together',
    sound: at(5 * GIB, together),
    found: at(3 * GIB, together),
    verdict: 'Block',
    names: ['guest a', 'guest b', 'storage images'],
    says: /3072 MiB are free/,
  });
  itTells({
    check: suspendSpace,
    what: 'one image that is too large',
    sound: at(3 * GIB, inTurn),
    found: at(GIB, inTurn),
    verdict: 'Block',
    names: ['guest a', 'storage images'],
    says: /guest a need 2056 MiB on storage images/,
  });
  itTells({
    check: suspendSpace,
    what: 'an SR that does not tell its size',
    sound: at(5 * GIB, together),
    found: at(undefined, together),
    verdict: 'Warn',
    names: ['guest a', 'guest b', 'storage images'],
    says: /does not tell/,
  });

  it('is that of the SR the guest chose itself, then of the pool, then of its host', () => {
    const chosen = (bend: Parameters<typeof hazardsOf>[1]): CheckSituation =>
      given({ pass: inTurn, bend, world: world(guests, { srs: [sr('full', { free: 0 }), sr('images', { free: 5 * GIB })] }) });
    const own = { a: { suspendSr: 'images' }, b: { suspendSr: 'images' } };
    expect(verdictOf(suspendSpace, chosen({ pool: { suspendSr: 'full' }, guests: own }))).to.equal('Pass');
    expect(verdictOf(suspendSpace, chosen({ pool: { suspendSr: 'full' }, host: { suspendSr: 'images' } }))).to.equal('Block');
    expect(verdictOf(suspendSpace, chosen({ host: { suspendSr: 'full' } }))).to.equal('Block');
  });

  it('is not asked for by guests that shut down', () => {
    expect(verdictOf(suspendSpace, at(0, passOf([stop('a', 'one', 'Shutdown')])))).to.equal('Pass');
  });
});

describe('the control domain of the new release', () => {
  const toEight = hopOf(XS('7.6.0'), XS('8.2.1'));
  const grown = (bytes: number | undefined, more: Partial<CheckSituation>): CheckSituation => {
    const plugin = known({ url: 'true', version: undefined, safe2upgrade: 'true', dom0Memory: bytes });
    return given({ hop: toEight, seen: { plugin, dom0Memory: 2 * GIB }, ...more });
  };
  const guests = world([guest('a', 'one', { memory: 8 * GIB }), guest('b', 'two', { memory: 7 * GIB })]);
  const memory = 'HOST_NOT_ENOUGH_FREE_MEMORY';
  const blocked = passOf([], [{ guest: 'a', host: 'one', why: { code: memory, text: '' } }]);
  const stopped = passOf([stop('b', 'two', 'Shutdown', 'two', memory)]);

  itTells({
    check: controlDomainGrowth,
    what: 'guests that the plan leaves behind',
    sound: grown(2 * GIB, { world: guests, pass: blocked }),
    found: grown(4 * GIB, { world: guests, pass: blocked }),
    verdict: 'Block',
    names: ['guest a', 'name-one', 'name-two'],
    says: /no host has room for guest a/,
  });
  itTells({
    check: controlDomainGrowth,
    what: 'guests that stop for want of memory',
    sound: grown(2 * GIB, { world: guests, pass: stopped }),
    found: grown(4 * GIB, { world: guests, pass: stopped }),
    verdict: 'Warn',
    names: ['guest b', 'name-one', 'name-two'],
    says: /guest b will stop/,
  });
  itTells({
    check: controlDomainGrowth,
    what: 'a pool that no longer fits with one host away',
    sound: grown(2 * GIB, { world: guests }),
    found: grown(4 * GIB, { world: guests }),
    verdict: 'Warn',
    names: ['name-one'],
    says: /15360 MiB.*14336 MiB/,
  });

  itTells({
    check: controlDomainGrowth,
    what: 'hosts that will hold less',
    sound: grown(2 * GIB, {}),
    found: grown(3 * GIB, {}),
    verdict: 'Warn',
    names: ['name-one', 'name-two'],
    says: /name-one by 1024 MiB/,
  });
  itTells({
    check: controlDomainGrowth,
    what: 'a plugin that does not tell',
    sound: grown(2 * GIB, {}),
    found: grown(undefined, {}),
    verdict: 'Warn',
    names: ['name-one', 'name-two'],
    says: /does not tell how much memory/,
  });
});

describe('the memory of guests', () => {
  const least = (bytes: number): CheckSituation =>
    given({ world: world([guest('a', 'one', { memory: 4 * GIB, memoryLeast: bytes })]) });
  itTells({
    check: lowBallooning,
    what: 'a dynamic minimum below a quarter',
    sound: least(GIB),
    found: least(GIB / 2),
    verdict: 'Warn',
    names: ['guest a'],
    says: /512 of its 4096 MiB/,
  });
});

describe('what a person has blocked', () => {
  const blocking = (operations: readonly string[], pass?: Pass): CheckSituation =>
    given({ pass, world: world([guest('a', 'one', { blocked: Object.fromEntries(operations.map((name) => [name, 'WHY'])) })]) });
  const sound = blocking([]);
  itTells({
    check: blockedOperations,
    what: 'migration',
    sound,
    found: blocking(['pool_migrate']),
    verdict: 'Warn',
    names: ['guest a'],
    says: /pool_migrate of guest a is blocked/,
  });
  itTells({
    check: blockedOperations,
    what: 'every way off the host',
    sound,
    found: blocking(['pool_migrate', 'suspend', 'clean_shutdown', 'hard_shutdown']),
    verdict: 'Block',
    names: ['guest a'],
    says: /neither migrate nor be stopped/,
  });
  const shutDown = passOf([stop('a', 'one', 'Shutdown')]);
  itTells({
    check: blockedOperations,
    what: 'the way back',
    sound: blocking([], shutDown),
    found: blocking(['start_on'], shutDown),
    verdict: 'Block',
    names: ['guest a'],
    says: /could not come back: start_on/,
  });
  it('does not matter where the upgrade does no such thing', () => {
    expect(verdictOf(blockedOperations, blocking(['snapshot']))).to.equal('Pass');
  });
});

describe('guests that are suspended', () => {
  const asleep = (more: Partial<Guest> = {}): Guest =>
    guest('a', undefined, { powerState: 'Suspended', srs: ['shared'], ...more });
  const seen = { srs: [sr('shared')], pbds: [pbd('one', 'shared'), pbd('two', 'shared')] };
  const of = (more: Partial<Guest>, extra: Partial<Parameters<typeof given>[0]> = {}): CheckSituation =>
    given({ world: world([asleep(more)], seen), ...extra });
  const sound = of({});
  const cpu: Partial<Host> = { cpu: { vendor: 'Intel', hvm: '0f', pv: '0f', count: 8 } };
  const cpus = poolOf([host('one', '7.1.2', cpu), host('two', '7.1.2', cpu)]);
  const toEight = hopOf(XCP('8.2.1'), XCP('8.3.0'));

  itTells({
    check: suspendedGuests,
    what: 'the tools disc',
    sound,
    found: of({}, { bend: { guests: { a: { toolsDisc: true } } } }),
    verdict: 'Warn',
    names: ['guest a'],
    says: /disc of the guest tools/,
  });
  itTells({
    check: suspendedGuests,
    what: 'another disc',
    sound,
    found: of({ cds: [{ vbd: 'drive', vdi: 'disc', sr: 'isos' }] }),
    verdict: 'Warn',
    names: ['guest a'],
    says: /a disc is inserted/,
  });
  itTells({
    check: suspendedGuests,
    what: 'a paravirtual one before 8.3',
    sound: of({ virtualisation: 'hvm' }, { hop: toEight }),
    found: of({ virtualisation: 'pv' }, { hop: toEight }),
    verdict: 'Warn',
    names: ['guest a'],
    says: /paravirtual/,
  });
  itTells({
    check: suspendedGuests,
    what: 'an image on local storage',
    sound,
    found: given({ world: world([asleep()], { ...seen, pbds: [pbd('two', 'shared')] }) }),
    verdict: 'Warn',
    names: ['guest a'],
    says: /only name-two can take it/,
  });
  itTells({
    check: suspendedGuests,
    what: 'storage that nobody sees',
    sound,
    found: of({ srs: ['gone'] }),
    verdict: 'Warn',
    names: ['guest a'],
    says: /no host sees/,
  });
  itTells({
    check: suspendedGuests,
    what: 'CPU features that all lack',
    sound: of({ cpu: { vendor: 'Intel', features: '07' } }, { pool: cpus }),
    found: of({ cpu: { vendor: 'Intel', features: '1f' } }, { pool: cpus }),
    verdict: 'Warn',
    names: ['guest a'],
    says: /lacks CPU features/,
  });
});

describe('CPU features', () => {
  const cpu = (hvm: string): Partial<Host> => ({ cpu: { vendor: 'Intel', hvm, pv: '', count: 8 } });
  const pool = poolOf([host('one', '7.1.2', cpu('ff-ff')), host('two', '7.1.2', cpu('0f-ff'))]);
  const of = (features: string): CheckSituation =>
    given({ pool, world: world([guest('a', 'one', { cpu: { vendor: 'Intel', features } })]) });
  itTells({
    check: cpuFeatures,
    what: 'a guest whose features another host lacks',
    sound: of('0f-01'),
    found: of('1f-01'),
    verdict: 'Warn',
    names: ['guest a', 'name-two'],
    says: /name-two lacks; no other host can take it/,
  });
});

describe('drives, tasks and boots', () => {
  const disc = { vbd: 'vbd', vdi: 'vdi', sr: 'iso' };
  const both = [pbd('one', 'iso'), pbd('two', 'iso')];
  const holding = (pbds: typeof both, bend = {}, cds = [disc]): CheckSituation =>
    given({
      bend,
      world: world([guest('a', 'one', { cds, srs: cds.map((cd) => cd.sr) })], { srs: [sr('iso', { type: 'iso' })], pbds }),
    });
  const empty = holding(both, {}, []);
  itTells({
    check: insertedCds,
    what: 'a disc that one host sees',
    sound: empty,
    found: holding([pbd('one', 'iso')]),
    verdict: 'Warn',
    names: ['guest a'],
    says: /will be ejected/,
  });
  itTells({
    check: insertedCds,
    what: 'the tools disc',
    sound: empty,
    found: holding(both, { guests: { a: { toolsDisc: true } } }),
    verdict: 'Warn',
    names: ['guest a'],
    says: /guest tools/,
  });
  itTells({
    check: insertedCds,
    what: 'a disc that all see',
    sound: empty,
    found: holding(both),
    verdict: 'Warn',
    names: ['guest a'],
    says: /every host must go on seeing it/,
  });

  const pending = (): CheckSituation => {
    const pool = poolOf([host('one'), host('two')]);
    const tasks = [
      { uuid: 't', name: 'VM export', pending: true },
      { uuid: 'd', name: 'VM clone', pending: false },
    ];
    return given({ pool, inspection: inspection(pool, { tasks }) });
  };
  itTells({
    check: runningTasks,
    what: 'a pending task',
    sound: given(),
    found: pending(),
    verdict: 'Warn',
    names: ['VM export'],
    says: /under way: VM export$/,
  });
  itTells({
    check: runningTasks,
    what: 'a busy guest',
    sound: given(),
    found: given({ world: world([guest('a', 'one', { busy: ['snapshot'] })]) }),
    verdict: 'Warn',
    names: ['guest a'],
    says: /snapshot/,
  });

  const starting = (key: string | undefined): CheckSituation => {
    const pool = poolOf([host('one', '5.6.100'), host('two', '5.6.100')], { autoPoweron: key });
    return given({
      pool,
      hop: hopOf(XS('5.6.100'), XS('6.1.0')),
      world: world([guest('a', undefined)]),
      bend: { guests: { a: { autoPoweron: true } } },
    });
  };
  itTells({
    check: autoPoweron,
    what: 'guests that start by themselves',
    sound: starting(undefined),
    found: starting('true'),
    verdict: 'Warn',
    names: ['guest a', 'the pool'],
    says: /best-effort/,
  });

  const toEight = hopOf(XCP('8.2.1'), XCP('8.3.0'));
  const booting = (uefi: boolean): CheckSituation =>
    given({ hop: toEight, world: world([guest('a', 'one')]), bend: { guests: { a: { uefi } } } });
  itTells({
    check: uefiGuests,
    what: 'a guest that boots by UEFI',
    sound: booting(false),
    found: booting(true),
    verdict: 'Warn',
    names: ['guest a'],
    says: /does not start on 8\.2\.1 again/,
  });
});
