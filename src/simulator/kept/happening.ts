// What can happen to a simulated world from outside, as the lines of its journal tell it. Given the world's settings and these, in their order and each at its
// moment, the world comes out the same: all else in it follows from its own chance and its own clock.
import { Ajv } from 'ajv';
import type { NetworkFailureKind } from '../network/hostNetwork';

export type Happening =
  /** Time came to this moment: all timers until then have fired. */
  | { readonly kind: 'time' }
  /** A request reached the agent of a host. */
  | {
      readonly kind: 'request';
      /** Counted from 0. */
      readonly id: number;
      /** UUID. */
      readonly host: string;
      readonly method: 'GET' | 'POST' | 'PUT';
      readonly path: string;
      readonly body: string;
    }
  /** A request reached the BMC at the address of that host's. */
  | {
      readonly kind: 'bmc';
      /** Counted from 0. */
      readonly id: number;
      /** UUID. */
      readonly host: string;
      readonly method: 'GET' | 'POST' | 'PATCH' | 'DELETE';
      readonly path: string;
      /** Those that a BMC looks at. */
      readonly headers: Readonly<Record<string, string>>;
      readonly body: string;
    }
  /** What a machine of the world asked for came from outside. */
  | {
      readonly kind: 'fetched';
      /** Counted from 0, in the order of asking. */
      readonly id: number;
      /** Null: no answer came. */
      readonly status: number | null;
      /** Where no answer came. */
      readonly failure: NetworkFailureKind | null;
      readonly why: string;
      readonly headers: Readonly<Record<string, string>>;
      /** In base64. */
      readonly body: string;
    }
  /** The client of a request that was not answered yet broke the connection. */
  | { readonly kind: 'gone'; readonly id: number }
  /** The hand of the control changed something. */
  | { readonly kind: 'control'; readonly path: string; readonly body: string };

/** One that was recorded. */
export type Happened = Happening & {
  /** Milliseconds of the world's time since it began. */
  readonly at: number;
  /** What the world had answered and told until then, as a digest: a repetition that comes to another one has gone astray. */
  readonly sum: string;
};

/** What was drawn from outside the world's own chance, and must come out the same again. */
export interface IssuedCertificate {
  readonly kind: 'certificate';
  /** UUID. */
  readonly host: string;
  /** Both in PEM. */
  readonly key: string;
  readonly cert: string;
}

/** Lines of the journal, the first of which names its world. */
export type Entry =
  | { readonly kind: 'world'; readonly digest: string }
  /** Clients were told this port. */
  | { readonly kind: 'opened'; readonly port: number }
  | IssuedCertificate
  | Happened
  /** The journal came to its bound; what happened after that is not in it. */
  | { readonly kind: 'full' };

const text = { type: 'string' } as const;
const count = { type: 'integer', minimum: 0 } as const;

function entry(kind: string, properties: Readonly<Record<string, object>>): object {
  const all = { kind: { const: kind }, ...properties };
  return { type: 'object', properties: all, required: Object.keys(all), additionalProperties: false };
}

const texts = { type: 'object', required: [], additionalProperties: text } as const;
const nullable = (schema: object): object => ({ anyOf: [{ type: 'null' }, schema] });
const moment = { at: { type: 'number', minimum: 0 }, sum: text };

const isEntry = new Ajv({ discriminator: true }).compile<Entry>({
  type: 'object',
  required: ['kind'],
  discriminator: { propertyName: 'kind' },
  oneOf: [
    entry('world', { digest: text }),
    entry('opened', { port: { ...count, maximum: 65_535 } }),
    entry('certificate', { host: text, key: text, cert: text }),
    entry('time', moment),
    entry('request', { ...moment, id: count, host: text, method: { enum: ['GET', 'POST', 'PUT'] }, path: text, body: text }),
    entry('bmc', {
      ...moment,
      ...{ id: count, host: text, method: { enum: ['GET', 'POST', 'PATCH', 'DELETE'] }, path: text, headers: texts, body: text },
    }),
    entry('fetched', {
      ...moment,
      ...{ id: count, status: nullable(count), failure: nullable({ enum: ['NoSuchHost', 'Unreachable'] }), why: text },
      ...{ headers: texts, body: text },
    }),
    entry('gone', { ...moment, id: count }),
    entry('control', { ...moment, path: text, body: text }),
    entry('full', {}),
  ],
});

/** With its line end. */
export function printEntry(one: Entry): string {
  return `${JSON.stringify(one)}\n`;
}

/** @param line without its end. @returns undefined for what is no entry */
export function parseEntry(line: string): Entry | undefined {
  let value: unknown;
  try {
    value = JSON.parse(line);
  } catch (error) {
    if (error instanceof SyntaxError) return undefined;
    throw error;
  }
  return isEntry(value) ? value : undefined;
}

const HAPPENINGS: ReadonlySet<string> = new Set(['time', 'request', 'bmc', 'fetched', 'gone', 'control']);

export function isHappened(one: Entry): one is Happened {
  return HAPPENINGS.has(one.kind);
}
