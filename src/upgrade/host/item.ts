// Journal items as phases write them.
import type { Guest, Host } from '../../plan/pool';
import type { HostState, JournalItem } from '../state';

export function onHost(effect: string, host: HostState | Host, params: Readonly<Record<string, string>> = {}): JournalItem {
  return { effect, object: host.uuid, name: host.name, params };
}

export function onGuest(
  effect: string,
  guest: Pick<Guest, 'uuid' | 'name'>,
  params: Readonly<Record<string, string>> = {},
): JournalItem {
  return { effect, object: guest.uuid, name: guest.name, params };
}
