import { expect } from 'chai';
import type { Guest } from '../../src/plan/pool';
import { guestAction, ruleFor } from '../../src/upgrade/host/guestAction';
import type { GuestRule, Orders } from '../../src/upgrade/orders';
import { guest, orders, runState } from './situations';

const rule = (more: Partial<GuestRule>): GuestRule => ({
  tags: [],
  names: [],
  uuids: [],
  action: undefined,
  return: undefined,
  ...more,
});
const obstacle = { code: 'X', text: 'it cannot' };

interface Asked {
  readonly guest?: Partial<Guest>;
  readonly placed?: boolean;
  readonly orders?: Partial<Orders>;
  readonly tried?: Readonly<Record<string, number>>;
}

/** The action, or why it is blocked. */
function ask(asked: Asked): string {
  const resisting = [{ uuid: 'g', name: 'g', reason: 'NO: it resists', tried: asked.tried ?? {} }];
  const state = runState(asked.tried === undefined ? {} : { resisting });
  const found = guestAction(guest('g', 'm', asked.guest), asked.placed ?? false, orders(asked.orders), state);
  return found.kind === 'Blocked' ? found.reason : found.kind;
}

describe('what becomes of a guest', () => {
  const force = { forceShutdownAfter: 60_000 };
  const consent = { ...orders().consent, acceptDowntime: false };

  it('is to move while a host can take it, and twice at most in vain', () => {
    expect(ask({ placed: true })).to.equal('Migrate');
    expect(ask({ placed: true, tried: { Migrate: 1 } })).to.equal('Migrate');
    expect(ask({ placed: true, tried: { Migrate: 2 } })).to.equal('Suspend');
  });

  it('is to stop only with consent: by the whole upgrade, or by a rule of its own', () => {
    expect(ask({ orders: { consent } })).to.equal('GuestBlocksDrain');
    expect(ask({ orders: { consent, rules: [rule({ uuids: ['g'], action: 'Suspend' })] } })).to.equal('Suspend');
    expect(ask({ orders: { consent, rules: [rule({ uuids: ['g'], action: 'Migrate' })] } })).to.equal('GuestBlocksDrain');
    expect(ask({ orders: { whenUnmovable: 'Block' } })).to.equal('GuestBlocksDrain');
    expect(ask({ placed: true, orders: { rules: [rule({ uuids: ['g'], action: 'Shutdown' })] } })).to.equal('CleanShutdown');
  });

  it('goes from suspend to shutdown to the plug, the last only with leave', () => {
    expect(ask({})).to.equal('Suspend');
    expect(ask({ guest: { insuspendable: obstacle } })).to.equal('CleanShutdown');
    expect(ask({ tried: { Suspend: 1 } })).to.equal('CleanShutdown');
    expect(ask({ tried: { Suspend: 1, CleanShutdown: 1 } })).to.equal('GuestBlocksDrain');
    expect(ask({ tried: { Suspend: 1, CleanShutdown: 1 }, orders: force })).to.equal('HardShutdown');
    expect(ask({ tried: { Suspend: 1, CleanShutdown: 1, HardShutdown: 3 }, orders: force })).to.equal('GuestBlocksDrain');
    const deaf = { insuspendable: obstacle, cleanShutdown: false };
    expect(ask({ guest: deaf })).to.equal('GuestBlocksDrain');
    expect(ask({ guest: deaf, orders: force })).to.equal('HardShutdown');
  });

  it('respects what a person has blocked', () => {
    const shielded = { insuspendable: obstacle, blocked: { clean_shutdown: 'because', hard_shutdown: 'because' } };
    expect(ask({ guest: shielded, orders: force })).to.equal('GuestBlocksDrain');
  });
});

describe('the rule of a guest', () => {
  const found = (rules: readonly GuestRule[], tags: readonly string[] = []): number => {
    const rule = ruleFor({ uuid: 'u', name: 'db-01.prod', tags }, rules);
    return rule === undefined ? -1 : rules.indexOf(rule);
  };

  it('is the first that matches by uuid, tag or name', () => {
    expect(found([rule({}), rule({ uuids: ['x'] }), rule({ uuids: ['u'] }), rule({ names: ['*'] })])).to.equal(2);
    expect(found([rule({ tags: ['db'] })], ['web', 'db'])).to.equal(0);
    expect(found([rule({ tags: ['db'] })], ['dbs'])).to.equal(-1);
  });

  it('must have an entry for it in every list that it has', () => {
    expect(found([rule({ tags: ['web'], names: ['db-*'] })], ['db'])).to.equal(-1);
    expect(found([rule({ tags: ['db'], names: ['web-*'] })], ['db'])).to.equal(-1);
    expect(found([rule({ tags: ['db'], names: ['db-*'], uuids: ['x'] })], ['db'])).to.equal(-1);
    expect(found([rule({ tags: ['db'], names: ['db-*'], uuids: ['u'] })], ['db'])).to.equal(0);
  });

  it('takes * in a name for any run of characters, and every other character for itself', () => {
    for (const pattern of ['db-*', '*prod', '*-01*', 'db*prod', '*', 'db-01.prod', '*d*b*-*', 'db-01.prod*'])
      expect(found([rule({ names: [pattern] })]), pattern).to.equal(0);
    for (const pattern of ['db', 'db-?1*', 'db-01xprod', '*01', 'prod*', 'db-01.prod*prod', '*b*b*', 'DB-*', ''])
      expect(found([rule({ names: [pattern] })]), pattern).to.equal(-1);
  });
});
