// How a check says what it found: short words for the shapes in check.ts, and how objects are named.
import type { Fact } from '../../foundation/fact';
import type { Guest, Host, Pool, Sr } from '../pool';
import { compareVersions } from '../release';
import type { CheckedObject, CheckHop, CheckSituation, Finding } from './check';

/** Stands in the way until a person, or a fix, has done something. */
export function block(objects: readonly CheckedObject[], message: string, remedy: string): Finding {
  return { verdict: 'Block', objects, message, remedy };
}

export function warn(objects: readonly CheckedObject[], message: string, remedy: string): Finding {
  return { verdict: 'Warn', objects, message, remedy };
}

/** Of a check that could block: it cannot be told, and so the run is held up. One that could only warn warns instead. */
export function cannotTell(objects: readonly CheckedObject[], message: string, remedy: string): Finding {
  return { verdict: 'Unknown', objects, message, remedy };
}

export function hostObject({ uuid, name }: Pick<Host, 'uuid' | 'name'>): CheckedObject {
  return { kind: 'host', uuid, name };
}

export function guestObject({ uuid, name }: Guest): CheckedObject {
  return { kind: 'VM', uuid, name };
}

export function srObject({ uuid, name }: Sr): CheckedObject {
  return { kind: 'SR', uuid, name };
}

export function poolObject({ uuid, name }: Pool): CheckedObject {
  return { kind: 'pool', uuid, name };
}

/** The first few names, and how many there are when there are more. */
export function listNames(objects: readonly { readonly name: string }[], atMost = 5): string {
  const shown = objects.slice(0, atMost).map(({ name }) => name);
  const rest = objects.length - shown.length;
  return rest > 0 ? `${shown.join(', ')} and ${rest} more` : shown.join(', ');
}

/** Hosts the situation is about: the one whose turn it is, or all that are still to be upgraded. */
export function hostsConcerned({ pool, host }: CheckSituation): readonly Host[] {
  return host === undefined ? pool.hosts : pool.hosts.filter((entry) => entry.uuid === host);
}

/** Those of them that can be asked: of a host that is not up nothing can be told, and HostNotLive holds the run up for it. */
export function hostsToAsk(situation: CheckSituation): readonly Host[] {
  return hostsConcerned(situation).filter(({ live }) => live);
}

/** Whether the hop leads to this version or a later one. From 7.0 on both lines of products count alike. */
export function leadsTo({ to }: CheckHop, version: string): boolean {
  return compareVersions(to.version, version) >= 0;
}

/** One finding for each host whose fact is not known, in the words of why. */
export function unknownHosts<T>(
  hosts: readonly Host[],
  factOf: (host: Host) => Fact<T> | undefined,
  { verdict, question, remedy }: { readonly verdict: 'Warn' | 'Unknown'; readonly question: string; readonly remedy: string },
): readonly Finding[] {
  return hosts.flatMap((host) => {
    const fact = factOf(host);
    if (fact?.known === true) return [];
    const why = fact?.why ?? 'it was not asked';
    return [{ verdict, objects: [hostObject(host)], message: `host ${host.name}: ${question} cannot be told: ${why}`, remedy }];
  });
}
