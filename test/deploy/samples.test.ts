// The samples are what people copy: each must be accepted, and what one of them shows and this version does not do must say so beside it.
import { expect } from 'chai';
import { readFileSync, readdirSync } from 'node:fs';
import path from 'node:path';
import { LineCounter, parseAllDocuments, parseDocument } from 'yaml';
import { parseManifest } from '../../src/api/manifest';
import { notYetHonoured } from '../../src/api/notYetHonoured';
import type { PoolUpgrade } from '../../src/api/poolUpgrade';
import schema from '../../src/api/generated/schema.json';

const folder = path.resolve(__dirname, '..', '..', 'deploy', 'samples');
const read = (name: string): string => readFileSync(path.join(folder, name), 'utf8');
const MANIFESTS = ['minimal.yaml', 'poolupgrade.yaml', 'bmc.yaml', 'full.yaml'];

function manifestIn(name: string): PoolUpgrade {
  const result = parseManifest(read(name));
  if (!result.ok) throw new Error(`${name}: ${result.problems.map(({ message }) => message).join('; ')}`);
  return result.manifest;
}

interface Secret {
  readonly kind: string;
  readonly metadata: { readonly name: string };
  readonly stringData: Readonly<Record<string, string>>;
}

const secrets = parseAllDocuments(read('secret.yaml')).map((document) => document.toJS() as Secret);

/** Every Secret a spec names, with the keys it needs. */
function needed(value: unknown, name: string): readonly (readonly [secret: string, keys: readonly string[]])[] {
  if (typeof value !== 'object' || value === null) return [];
  const record = value as Readonly<Record<string, unknown>>;
  if (name === 'credentialsRef') return [[String(record['name']), ['username', 'password']]];
  if (name === 'caBundleRef') return [[String(record['name']), [String(record['key'])]]];
  return Object.entries(record).flatMap(([key, child]) => needed(child, key));
}

interface Schema {
  readonly properties?: Readonly<Record<string, Schema>>;
  readonly items?: Schema;
}

/** Fields of the schema that the value does not set, in any of the items of a list. */
function unset(of: Schema, values: readonly unknown[], at: string): readonly string[] {
  if (of.items !== undefined) return unset(of.items, values.flat(), `${at}[]`);
  return Object.entries(of.properties ?? {}).flatMap(([name, child]) => {
    const given = values
      .map((value) => (value as Readonly<Record<string, unknown>>)[name])
      .filter((value) => value !== undefined);
    return given.length === 0 ? [`${at}.${name}`] : unset(child, given, `${at}.${name}`);
  });
}

describe('the samples', () => {
  it('are these', () => {
    expect(readdirSync(folder).sort()).to.deep.equal([...MANIFESTS, 'secret.yaml'].sort());
  });

  for (const name of MANIFESTS) {
    it(`are accepted: ${name}`, () => {
      expect(manifestIn(name).kind).to.equal('PoolUpgrade');
    });

    it(`name only Secrets that the sample Secrets show, with every key: ${name}`, () => {
      const wanted = needed(manifestIn(name).spec, '');
      expect(wanted).to.not.be.empty;
      for (const [secret, keys] of wanted)
        expect(
          Object.keys(secrets.find(({ metadata }) => metadata.name === secret)?.stringData ?? {}),
          secret,
        ).to.include.members(keys);
    });

    it(`mark at its line what is not done yet: ${name}`, () => {
      const lines = new LineCounter();
      const document = parseDocument(read(name), { lineCounter: lines });
      const marked = read(name)
        .split('\n')
        .flatMap((line, index) => (/#.*\(not in this version\)$/.test(line) ? [index + 1] : []));
      const missing = notYetHonoured(manifestIn(name).spec).map(({ field }) => lineOf(document, lines, field));
      expect([...new Set(missing)].sort((a, b) => a - b)).to.deep.equal(marked);
    });
  }

  it('show every field in the full one, as it was written and not as it was filled in', () => {
    const { spec } = parseDocument(read('full.yaml')).toJS() as { spec: unknown };
    expect(unset((schema as { properties: { spec: Schema } }).properties.spec, [spec], 'spec')).to.deep.equal([]);
  });

  it('hold no real password', () => {
    expect(secrets.map(({ kind }) => kind)).to.deep.equal(secrets.map(() => 'Secret'));
    const passwords = secrets.flatMap(({ stringData }) => stringData['password'] ?? []);
    expect(new Set(passwords)).to.deep.equal(new Set(['change-me']));
  });
});

/** Line of the key of a field such as `spec.hosts[0].bmc`. */
function lineOf(document: ReturnType<typeof parseDocument>, lines: LineCounter, field: string): number {
  const steps = field.split(/[.[\]]+/).filter((step) => step !== '');
  const parent = document.getIn(steps.slice(0, -1), true) as { items: { key: { value: string; range: [number] } }[] };
  const key = parent.items.find((pair) => pair.key.value === steps.at(-1))!.key;
  return lines.linePos(key.range[0]).line;
}
