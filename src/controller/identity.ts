// How a process names itself in leases and events. A container that is restarted in its pod has the name and even the process id of the one that died: only
// chance tells them apart, and they must be told apart, or the successor would take the claim of the dead one for its own and act without waiting.
import { type Random, uuid } from '../foundation/random';

/** e.g. `xenpool-operator-7d9c-x2x4v_1b9e0c4f`. @param place name of the pod, or of the machine */
export function processIdentity(place: string, random: Random): string {
  return `${place}_${uuid(random).slice(0, 8)}`;
}
