// Fields and values of the API that no code honours yet. Ignoring them would be worse than not having them: someone relies on a soak time that never
// comes. So each is refused by name. Whoever builds one of them takes its line out.
import type { PoolUpgradeSpec } from './generated/poolUpgrade';

interface NotHonoured {
  /** Path from the object's root; `[]` stands for every item of a list. */
  readonly field: string;
  /** Which values are not honoured, where the field is given. */
  readonly when: (value: unknown) => boolean;
  /** What is missing, and what to write instead. */
  readonly sentence: string;
}

const given = (): boolean => true;
const isOneOf =
  (...values: readonly unknown[]) =>
  (value: unknown): boolean =>
    values.includes(value);

export const NOT_YET_HONOURED: readonly NotHonoured[] = [
  { field: 'spec.failure.master', when: isOneOf('Restore'), sentence: 'a failed master is not restored by itself yet; use Halt' },
  { field: 'spec.vms.migrate.network', when: given, sentence: 'migrations take the management network; leave it out' },
  {
    field: 'spec.afterwards.enableTlsVerification',
    when: isOneOf(true),
    sentence: 'certificate checking is not turned on yet; use false',
  },
];

/** One field of a manifest that is not honoured. */
export interface Unhonoured {
  /** e.g. `spec.hosts[1].bmc` */
  readonly field: string;
  /** The value, where it is a single word or number. */
  readonly value?: string;
  /** A whole sentence for a person, naming field and way out. */
  readonly message: string;
}

/** What a valid spec asks for and this version does not do; empty for one that can be worked on. */
export function notYetHonoured(spec: PoolUpgradeSpec): readonly Unhonoured[] {
  return NOT_YET_HONOURED.flatMap(({ field, when, sentence }) =>
    valuesAt({ spec }, field.split('.'), '')
      .filter(({ value }) => when(value))
      .map((found) => unhonoured(found, sentence)),
  );
}

interface Found {
  readonly field: string;
  readonly value: unknown;
}

function unhonoured({ field, value }: Found, sentence: string): Unhonoured {
  const scalar = typeof value === 'object' ? undefined : String(value);
  const shown = scalar === undefined ? field : `${field}: ${scalar}`;
  return {
    field,
    ...(scalar === undefined ? {} : { value: scalar }),
    message: `${shown} is not honoured by this version: ${sentence}`,
  };
}

function valuesAt(value: unknown, steps: readonly string[], field: string): readonly Found[] {
  const [step, ...rest] = steps;
  if (step === undefined) return [{ field, value }];
  const name = step.replace('[]', '');
  const child = (value as Readonly<Record<string, unknown>>)[name];
  const at = field === '' ? name : `${field}.${name}`;
  if (child === undefined) return [];
  if (!step.endsWith('[]')) return valuesAt(child, rest, at);
  return (child as readonly unknown[]).flatMap((item, index) => valuesAt(item, rest, `${at}[${index}]`));
}
