// A member that is off is switched on by its pool: `host.power_on`, which its master carries out by the way that `power_on_mode` names. Of a member that is on it
// changes nothing, so it may be sent again.
import { type HostState, withEvidence } from '../state';
import { iso, minutes } from '../time';
import { allowed, type Effect, type EffectContext, forbidden, type Guard } from './effect';
import { hostOf, hostSight } from './sights';

export const powerOnMember: Effect = {
  name: 'PowerOnMember',
  destructive: true,
  needs: ['pool'],
  stage: 0,
  settle: minutes(1),
  // The pool sees the member only once its agent runs, which is after the installer.
  trusted: true,
  guard: mayBeSwitchedOn,
  isDone: ({ facts, item }) => hostSight(facts, item.object, ({ live }) => live),
  perform: ({ pool }, { item }) => pool.powerOnMember(item.object),
  remember: (state, { item, now }) => withEvidence(state, item.object, { rousedAt: iso(now) }),
};

/** It accepted to go when it was empty, is not back, and its master, which has to do it, is another host and answers. */
function mayBeSwitchedOn({ facts, item, state }: EffectContext): Guard {
  const remembered: HostState | undefined = state.hosts.find((entry) => entry.uuid === item.object);
  if (remembered?.evidence.leftAt === undefined) return forbidden(`${item.name} was not told to go, or did not accept it`);
  if (remembered.evidence.returnedAt !== undefined) return forbidden(`${item.name} was seen back since`);
  const host = hostOf(facts, item.object);
  if (!host.known) return forbidden(host.why);
  if (host.value === undefined) return forbidden(`${item.name} is no longer in the pool`);
  if (host.value.master || remembered.role === 'master')
    return forbidden(`${item.name} is the master, which nobody else can wake`);
  if (host.value.live) return forbidden(`${item.name} is up`);
  return host.value.powerOnMode === undefined ? forbidden(`${item.name} has no power-on mode`) : allowed;
}
