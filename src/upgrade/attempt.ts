// How one attempt at one host is named, to the boot server and to whoever fetches its image: never the same twice.
import { backupKey, hopInWork, type HostState, type RunState } from './state';

/** `<run>[.<hop>]/<host uuid>/<attempt>` */
export function attemptKey(state: RunState, { uuid, attempt }: Pick<HostState, 'uuid' | 'attempt'>): string {
  return `${backupKey(state.run.id, hopInWork(state)?.at ?? 0)}/${uuid}/${attempt}`;
}
