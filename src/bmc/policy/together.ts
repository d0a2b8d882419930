// What a BMC can that is spoken to by two protocols: what the first can, and of the second only what may go there.
import type { Capabilities } from '../bmc';
import type { FallbackVerb } from './routes';

type Allowed = ReadonlySet<FallbackVerb>;

export function lacksWhatMayFall({ power, bootOnce }: Capabilities, allowed: Allowed): boolean {
  if (allowed.has('power') && !power.read) return true;
  if (allowed.has('setPower') && !(power.on && power.forceOff)) return true;
  return allowed.has('setBootOnce') && !bootOnce.targets.includes('Pxe');
}

/** @param more of the second */
export function merged(own: Capabilities, more: Capabilities, allowed: Allowed): Capabilities {
  const sets = allowed.has('setPower');
  const power = {
    ...own.power,
    read: own.power.read || (allowed.has('power') && more.power.read),
    forceOff: own.power.forceOff || (sets && more.power.forceOff),
    on: own.power.on || (sets && more.power.on),
  };
  return { ...own, power, bootOnce: allowed.has('setBootOnce') ? withPxe(own.bootOnce, more.bootOnce) : own.bootOnce };
}

function withPxe(own: Capabilities['bootOnce'], more: Capabilities['bootOnce']): Capabilities['bootOnce'] {
  if (own.targets.includes('Pxe') || !more.targets.includes('Pxe')) return own;
  const needMode = more.needMode?.includes('Pxe') === true ? { needMode: [...(own.needMode ?? []), 'Pxe' as const] } : {};
  return { ...own, targets: [...own.targets, 'Pxe'], modes: own.modes.length === 0 ? more.modes : own.modes, ...needMode };
}

/**
 * Of the second while the first is away.
 * @param knowsMode whether the first told the machine's mode before, so that nobody has to name one
 */
export function standingIn(more: Capabilities, allowed: Allowed, knowsMode: boolean): Capabilities {
  const sets = allowed.has('setPower');
  const { read, gracefulOff, forceOff, on } = more.power;
  const power = { read: read && allowed.has('power'), gracefulOff, forceOff: forceOff && sets, on: on && sets };
  const { needMode, modes, targets } = more.bootOnce;
  const isOffered = (target: string): boolean => target === 'Pxe' && allowed.has('setBootOnce');
  const needed = needMode === undefined || knowsMode ? {} : { needMode: needMode.filter(isOffered) };
  return { ...more, power, bootOnce: { targets: targets.filter(isOffered), modes, ...needed }, media: undefined, standsIn: true };
}
