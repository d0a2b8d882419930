// What a schema cannot say: fields that contradict each other, lists with doubles, durations that are no use. Runs only on objects that satisfy the schema.
import { IANAZone } from 'luxon';
import { contradictingBmcs } from './contradictingBmcs';
import { contradictingRules } from './contradictingRules';
import schema from './generated/schema.json';
import type { PoolUpgrade, PoolUpgradeSpec } from './generated/poolUpgrade';
import { LONGEST, formatDuration, readDuration } from './durations';
import { type FieldPath, type Finding, shown } from './problem';

/** Contradictions in a spec, in the order of its fields; empty when there are none. */
export function contradictions(object: PoolUpgrade): readonly Finding[] {
  const { spec } = object;
  return [
    ...duplicates(spec),
    ...plaintext(spec),
    ...pathEnd(spec),
    ...sourceless(spec),
    ...contradictingBmcs(spec),
    ...contradictingRules(spec),
    ...nowhere(spec),
    ...uselessDurations(spec),
  ];
}

interface ListSchema {
  readonly properties?: Readonly<Record<string, ListSchema>>;
  readonly items?: ListSchema;
  readonly 'x-kubernetes-list-type'?: string;
  readonly 'x-kubernetes-list-map-keys'?: readonly string[];
}

/** Lists that are atomic for Kubernetes because their order counts, and yet must hold nothing twice. */
const UNIQUE: Readonly<Record<string, (item: never) => string>> = {
  'spec.pool.endpoints': (endpoint: string) => endpoint.replace(/\/$/, '').toLowerCase(),
  'spec.path': (step: { brand?: string; version: string }) => `${step.brand ?? ''} ${step.version}`.trim(),
  'spec.releases': (release: { brand?: string; version: string }) => `${release.brand ?? ''} ${release.version}`.trim(),
  'spec.order': (host: string) => host,
};

function duplicates(spec: PoolUpgradeSpec): readonly Finding[] {
  return doubles({ spec }, { properties: { spec: (schema as { properties: { spec: ListSchema } }).properties.spec } }, []);
}

function doubles(value: unknown, of: ListSchema, path: FieldPath): readonly Finding[] {
  if (Array.isArray(value))
    return [...doublesIn(value, of, path), ...value.flatMap((item, index) => doubles(item, of.items ?? {}, [...path, index]))];
  const fields = Object.entries(of.properties ?? {}).filter(([name]) => isRecord(value) && value[name] !== undefined);
  return fields.flatMap(([name, child]) => doubles((value as Record<string, unknown>)[name], child, [...path, name]));
}

function doublesIn(items: readonly unknown[], of: ListSchema, path: FieldPath): readonly Finding[] {
  const keyOf = identity(of, path);
  if (keyOf === undefined) return [];
  const keys = items.map(keyOf);
  return keys.flatMap((key, index) => {
    const first = keys.indexOf(key);
    return first === index
      ? []
      : [
          {
            path: [...path, index],
            found: `${JSON.stringify(key)} a second time`,
            expected: `each only once; it stands at [${first}] already`,
          },
        ];
  });
}

function identity(of: ListSchema, path: FieldPath): ((item: unknown) => string) | undefined {
  const known = UNIQUE[path.join('.')];
  if (known !== undefined) return known as (item: unknown) => string;
  if (of['x-kubernetes-list-type'] === 'set') return String;
  const keys = of['x-kubernetes-list-map-keys'];
  return keys === undefined ? undefined : (item) => keys.map((key) => (item as Record<string, string>)[key]).join(' ');
}

function isRecord(value: unknown): value is Readonly<Record<string, unknown>> {
  return typeof value === 'object' && value !== null;
}

/** A password over http needs a word of consent. */
function plaintext({ pool, hosts = [] }: PoolUpgradeSpec): readonly Finding[] {
  const expected = 'https, or tls.allowPlaintext: true beside it';
  const endpoints = pool.endpoints.flatMap((endpoint, index) =>
    endpoint.startsWith('http://') && !pool.tls.allowPlaintext
      ? [{ path: ['spec', 'pool', 'endpoints', index], found: shown(endpoint), expected }]
      : [],
  );
  const bmcs = hosts.flatMap(({ bmc }, index) =>
    bmc?.address.startsWith('redfish+http://') && !bmc.tls.allowPlaintext
      ? [{ path: ['spec', 'hosts', index, 'bmc', 'address'], found: shown(bmc.address), expected: `redfish+${expected}` }]
      : [],
  );
  return [...endpoints, ...bmcs];
}

function pathEnd({ path, target }: PoolUpgradeSpec): readonly Finding[] {
  const last = path?.at(-1);
  if (path === undefined || last === undefined) return [];
  const sameBrand = last.brand === undefined || target.brand === undefined || last.brand === target.brand;
  if (last.version === target.version && sameBrand) return [];
  const wanted = [target.brand, target.version].filter((part) => part !== undefined).join(' ');
  return [
    {
      path: ['spec', 'path', path.length - 1],
      found: [last.brand, last.version].filter((part) => part !== undefined).join(' '),
      expected: `the target, ${wanted}, as the last step`,
    },
  ];
}

function sourceless({ releases = [] }: PoolUpgradeSpec): readonly Finding[] {
  return releases.flatMap(({ iso, repository }, index) =>
    iso === undefined && repository === undefined
      ? [{ path: ['spec', 'releases', index], found: 'neither iso nor repository', expected: 'at least one of them' }]
      : [],
  );
}

function nowhere({ window }: PoolUpgradeSpec): readonly Finding[] {
  if (window === undefined || IANAZone.isValidZone(window.timeZone)) return [];
  return [
    {
      path: ['spec', 'window', 'timeZone'],
      found: shown(window.timeZone),
      expected: 'the IANA name of a time zone, such as Europe/Zurich',
    },
  ];
}

/** Shortest and longest use of each duration, in milliseconds. */
function uselessDurations({ deadlines, gates, vms, window }: PoolUpgradeSpec): readonly Finding[] {
  const week = 7 * 24 * 3_600_000;
  const limits: (readonly [FieldPath, string | undefined, number, number])[] = [
    [['spec', 'vms', 'forceShutdownAfter'], vms.forceShutdownAfter, 0, week],
    [['spec', 'gates', 'soakAfterMaster'], gates.soakAfterMaster, 0, LONGEST],
    ...(window?.periods ?? []).map(
      ({ duration }, index) => [['spec', 'window', 'periods', index, 'duration'], duration, 60_000, week] as const,
    ),
    ...Object.entries(deadlines).map(
      ([name, duration]) => [['spec', 'deadlines', name], duration as string, 1_000, week] as const,
    ),
  ];
  return limits.flatMap(([path, text, least, most]) => (text === undefined ? [] : outOfRange(path, text, least, most)));
}

function outOfRange(path: FieldPath, text: string, least: number, most: number): readonly Finding[] {
  const expected = `a duration from ${formatDuration(least)} to ${formatDuration(most)}`;
  const ms = readDuration(text);
  return ms !== undefined && ms >= least && ms <= most ? [] : [{ path, found: shown(text), expected }];
}
