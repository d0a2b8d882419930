// What an API server, and a person who reads `kubectl explain`, expect of the CRD.
import { expect } from 'chai';
import { readFileSync } from 'node:fs';
import path from 'node:path';
import { parse } from 'yaml';
import type { KubeObject } from '../../src/kubernetes/api';
import type { PoolUpgrade } from '../../src/api/poolUpgrade';
import { schemaValidator } from '../../src/api/schema';
import { fieldName } from '../../src/api/problem';
import { manifestOf } from './sample';

interface Schema {
  readonly type?: string;
  readonly description?: string;
  readonly properties?: Readonly<Record<string, Schema>>;
  readonly items?: Schema;
  readonly additionalProperties?: Schema;
  readonly [keyword: string]: unknown;
}

const file = path.resolve(__dirname, '..', '..', 'crds', 'poolupgrades.xenpool.dev.yaml');
const { spec: crd } = parse(readFileSync(file, 'utf8')) as {
  spec: {
    versions: [
      { schema: { openAPIV3Schema: Schema }; additionalPrinterColumns: { name: string; jsonPath: string; priority?: number }[] },
    ];
  };
};
const [version] = crd.versions;
const schema = version.schema.openAPIV3Schema;

/** Every schema below, with its path; values of maps and items of lists included. */
function below(of: Schema, at: string): readonly (readonly [string, Schema])[] {
  const children: (readonly [string, Schema])[] = Object.entries(of.properties ?? {}).map(([name, child]) => [
    `${at}.${name}`,
    child,
  ]);
  if (of.items !== undefined) children.push([`${at}[]`, of.items]);
  if (of.additionalProperties !== undefined) children.push([`${at}{}`, of.additionalProperties]);
  return children.flatMap(([name, child]) => [[name, child] as const, ...below(child, name)]);
}

const { spec, status } = schema.properties as { spec: Schema; status: Schema };
const all = [...below(spec, 'spec'), ...below(status, 'status')];
const withProblem = (broken: (of: Schema, at: string) => boolean): readonly string[] =>
  all.filter(([at, of]) => broken(of, at)).map(([at]) => at);

describe('the CRD', () => {
  it('has a type and a description on every field', () => {
    expect(withProblem((of) => of.type === undefined)).to.deep.equal([]);
    expect(withProblem((of, at) => !at.endsWith('{}') && !/^[A-Z].*\.$/s.test(of.description ?? ''))).to.deep.equal([]);
  });

  it('bounds everything that can grow, and says how lists are merged', () => {
    expect(withProblem((of) => of.type === 'string' && of['maxLength'] === undefined && of['enum'] === undefined)).to.deep.equal(
      [],
    );
    expect(
      withProblem((of) => of.type === 'array' && (of['maxItems'] === undefined || of['x-kubernetes-list-type'] === undefined)),
    ).to.deep.equal([]);
    expect(withProblem((of) => of.additionalProperties !== undefined && of['maxProperties'] === undefined)).to.deep.equal([]);
    expect(readFileSync(file, 'utf8')).to.not.include('preserve-unknown-fields');
  });

  it('has keys of list maps that are required', () => {
    const keys = (of: Schema): readonly string[] => (of['x-kubernetes-list-map-keys'] as string[] | undefined) ?? [];
    expect(
      withProblem((of) => keys(of).some((key) => !((of.items?.['required'] as string[] | undefined) ?? []).includes(key))),
    ).to.deep.equal([]);
  });

  it('shows examples that satisfy the pattern beside them, in the regular expressions that API servers know', () => {
    const pattern = (of: Schema): string => String(of['pattern']);
    expect(
      withProblem(
        (of) =>
          of['pattern'] !== undefined && of['example'] !== undefined && !new RegExp(pattern(of), 'u').test(String(of['example'])),
      ),
    ).to.deep.equal([]);
    expect(
      withProblem((of, at) => of['pattern'] !== undefined && at.startsWith('spec') && of['example'] === undefined),
    ).to.deep.equal([]);
    expect(withProblem((of) => /\(\?[=!<]|\\[1-9]/.test(pattern(of)))).to.deep.equal([]);
  });

  it('names the default of every setting in its description, and what it means to leave one out that has none', () => {
    const scalar = (of: Schema): boolean => of.type !== 'object' && of.type !== 'array';
    expect(
      withProblem((of, at) => {
        if (!at.startsWith('spec') || !scalar(of) || of['default'] === undefined) return false;
        return !of.description?.endsWith(`Default: ${String(of['default'])}.`);
      }),
    ).to.deep.equal([]);
    const optional = [['spec', spec] as const, ...all].flatMap(([at, of]) =>
      Object.entries(of.properties ?? {})
        .filter(
          ([name, child]) => !((of['required'] as string[] | undefined) ?? []).includes(name) && child['default'] === undefined,
        )
        .map(([name, child]) => [`${at}.${name}`, child.description ?? ''] as const),
    );
    const silent = optional.filter(([at, text]) => at.startsWith('spec') && !/absent|Without it/.test(text));
    expect(silent.map(([at]) => at)).to.deep.equal([]);
  });

  it('calls a new object unseen', () => {
    expect(status['default']).to.deep.equal({ observedGeneration: -1 });
  });

  it('prints what a person asks first, and more on demand', () => {
    const columns = version.additionalPrinterColumns;
    const names = (wide: boolean): readonly string[] =>
      columns.filter(({ priority = 0 }) => priority > 0 === wide).map(({ name }) => name);
    expect(names(false)).to.deep.equal(['Pool', 'Target', 'Phase', 'Progress', 'Host', 'Age']);
    expect(names(true)).to.deep.equal(['Ready', 'Paused', 'Reason', 'Message']);
  });

  it('prints columns that exist', () => {
    const exists = (jsonPath: string): boolean => {
      const steps = jsonPath
        .replace(/\[\?\(.*?\)\]/, '.items')
        .split('.')
        .slice(1);
      let at: Schema | undefined = schema;
      for (const step of steps) at = step === 'items' ? at?.items : at?.properties?.[step];
      return at !== undefined;
    };
    const paths = version.additionalPrinterColumns
      .map(({ jsonPath }) => jsonPath)
      .filter((jsonPath) => !jsonPath.startsWith('.metadata'));
    expect(paths).to.not.be.empty;
    expect(paths.filter((jsonPath) => !exists(jsonPath))).to.deep.equal([]);
  });

  it('describes an object that the Kubernetes seam carries', () => {
    const object: PoolUpgrade = manifestOf('');
    const carried: KubeObject = object;
    expect(carried.metadata.name).to.equal('rack7');
  });
});

describe('a status', () => {
  const validator = schemaValidator();
  const findings = (more: object): readonly string[] =>
    validator.apply({ ...manifestOf(''), status: { observedGeneration: 1, ...more } }).map((finding) => fieldName(finding.path));

  it('is checked against the same schema, unknown fields included', () => {
    const host = {
      uuid: 'h',
      name: 'h',
      address: '10.0.0.1',
      role: 'master',
      phase: 'Draining',
      attempt: 1,
      from: '6.1.0',
      to: '6.2.0',
      evidence: {},
    };
    expect(findings({ phase: 'Upgrading', hosts: [host] })).to.deep.equal([]);
    expect(findings({ phase: 'Sleeping', hosts: [{ ...host, phase: 'Asleep', mood: 'good' }] })).to.have.members([
      'status.phase',
      'status.hosts[0].phase',
      'status.hosts[0].mood',
    ]);
    expect(findings({ message: 'x'.repeat(4097) })).to.deep.equal(['status.message']);
  });
});
