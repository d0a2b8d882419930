// Effects of fixes: settings of a pool that its next release no longer has. Each is recognised by the pool's own fields, and may be sent again without harm.
import { type Fact, known, mapFact, unknown } from '../../foundation/fact';
import type { HostTraits, Inspection } from '../../plan/checks/inspection';
import type { JournalItem } from '../state';
import { seconds } from '../time';
import { allowed, done, type Effect, notDone, type Sight, unsure } from './effect';

const base = { destructive: false, needs: ['inspection'] as const, stage: 1, settle: seconds(20), guard: () => allowed };

export const setHealthCheck: Effect = {
  ...base,
  name: 'SetHealthCheck',
  isDone: ({ facts, item }) => sight(facts.inspection, ({ pool }) => printed(pool.healthCheck ?? {}) === printed(configOf(item))),
  perform: ({ pool }, { item }) => pool.setHealthCheck(configOf(item)),
};

export const setSslLegacy: Effect = {
  ...base,
  name: 'SetSslLegacy',
  isDone: ({ facts, item }) =>
    sight(facts.inspection, ({ hosts }) =>
      Object.values(hosts).every(({ sslLegacy }) => (sslLegacy ?? false) === (item.params['enabled'] === 'true')),
    ),
  perform: ({ pool }, { item }) => pool.setSslLegacy(item.params['enabled'] === 'true'),
};

export const setPowerOnMode: Effect = {
  ...base,
  name: 'SetPowerOnMode',
  isDone: ({ facts, item }) =>
    sight(hostTraits(facts.inspection, item.object), ({ powerOnMode }) => powerOnMode === item.params['mode']),
  perform: ({ pool }, { item }) => pool.setPowerOnMode(item.object, item.params['mode'] ?? '', configOf(item)),
};

function hostTraits(inspection: Fact<Inspection>, host: string): Fact<HostTraits> {
  if (!inspection.known) return inspection;
  const traits = inspection.value.hosts[host];
  return traits === undefined ? unknown('the host is no longer in the pool') : known(traits);
}

function sight<T>(fact: Fact<T>, test: (value: T) => boolean): Sight {
  const met = mapFact(fact, test);
  if (!met.known) return unsure(met.why);
  return met.value ? done : notDone;
}

function configOf({ params }: JournalItem): Readonly<Record<string, string>> {
  return JSON.parse(params['config'] ?? '{}') as Record<string, string>;
}

function printed(config: Readonly<Record<string, string>>): string {
  const keys = Object.keys(config).sort();
  return JSON.stringify(keys.map((key) => [key, config[key]]));
}
