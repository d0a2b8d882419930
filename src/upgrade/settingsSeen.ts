// Settings as they are seen now: what the pool's records tell, and what each host says of itself.
import { type Fact, known } from '../foundation/fact';
import type { Settings } from '../plan/settings';
import type { Facts } from './facts';

/** By uuid of the host, and of the pool. A host that does not answer says less; Unknown when the records are. */
export function settingsSeen({
  settings,
  hostAnswers,
}: Pick<Facts, 'settings' | 'hostAnswers'>): Fact<Readonly<Record<string, Settings>>> {
  if (!settings.known) return settings;
  const told = hostAnswers.known ? hostAnswers.value : {};
  return known(
    Object.fromEntries(Object.entries(settings.value).map(([uuid, recorded]) => [uuid, { ...recorded, ...told[uuid] }])),
  );
}
