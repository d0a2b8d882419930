// Contract: the operator's own resource on that server, as its definition stands in the repository. It knows no rule of it by heart: it takes what the
// definition says and sees that the server does it.
import { readFileSync } from 'node:fs';
import path from 'node:path';
import { expect } from 'chai';
import { parse } from 'yaml';
import { TABLE } from './client';
import { define, type Place } from './contract';

const FILE = path.resolve(__dirname, '../../../crds/poolupgrades.xenpool.dev.yaml');

interface Definition {
  readonly metadata: { readonly name: string };
  readonly spec: {
    readonly group: string;
    readonly versions: readonly {
      readonly name: string;
      readonly additionalPrinterColumns: readonly { readonly name: string; readonly priority?: number }[];
    }[];
  };
}

export function poolUpgrade(name: string, spec: object = {}): Record<string, unknown> {
  const pool = { endpoints: ['https://xs-01.example'], credentialsRef: { name: 'root' } };
  return {
    apiVersion: 'xenpool.dev/v1alpha1',
    kind: 'PoolUpgrade',
    metadata: { name },
    spec: { pool, target: { version: '8.2.1' }, ...spec },
  };
}

export function operatorContract(here: () => Place): void {
  describe("the operator's resource", () => {
    const definition = parse(readFileSync(FILE, 'utf8')) as Definition;
    const url = (...rest: string[]): string =>
      ['/apis/xenpool.dev/v1alpha1/namespaces', here().namespace, 'poolupgrades', ...rest].join('/');

    before(() => define(here(), definition, definition.metadata.name, url()));

    it('is created with its defaults', async () => {
      const [p, name] = [here(), here().name()];
      const { code, body } = await p.client.post(`${url()}?fieldValidation=Strict`, poolUpgrade(name));
      expect([code, body.message]).to.deep.equal([201, undefined]);
      expect(body.spec.boot.method).to.equal('Auto');
      expect(body.spec.vms.migrate.maxParallel).to.equal(3);
      expect(body.spec.deadlines.drain).to.equal('2h');
    });

    it('is refused with the field and the reason', async () => {
      const [p, name] = [here(), here().name()];
      const bad = { target: { version: 8.2 }, boot: { method: 'Rocket' }, vms: { migrate: { maxParallel: 99 } } };
      const { code, body } = await p.client.post(url(), poolUpgrade(name, bad));
      expect(code).to.equal(422);
      for (const line of [
        'spec.target.version: Invalid value: "number": spec.target.version in body must be of type string: "number"',
        'spec.boot.method: Unsupported value: "Rocket": supported values: "Auto", "Staged", "VirtualMedia", "PXE", "Manual"',
        'spec.vms.migrate.maxParallel: Invalid value: 99: spec.vms.migrate.maxParallel in body should be less than or equal to 16',
      ])
        expect(body.message).to.contain(line);
    });

    it('is refused twice over for one host', async () => {
      const p = here();
      const { body } = await p.client.post(url(), poolUpgrade(p.name(), { hosts: [{ name: 'a' }, { name: 'a' }] }));
      expect(body.message).to.contain('spec.hosts[1]: Duplicate value: {"name":"a"}');
    });

    it('takes a status and shows it in the columns of its definition', async () => {
      const [p, name] = [here(), here().name()];
      await p.client.post(url(), poolUpgrade(name));
      const told = await p.client.merge(url(name, 'status'), { status: { observedGeneration: 1, phase: 'Planning' } });
      expect([told.code, told.body.message]).to.deep.equal([200, undefined]);
      const { body } = await p.client.get(url(name), { accept: TABLE });
      const columns = definition.spec.versions[0]!.additionalPrinterColumns;
      expect(
        body.columnDefinitions.map((column: { name: string; priority: number }) => [column.name, column.priority]),
      ).to.deep.equal([['Name', 0], ...columns.map((column) => [column.name, column.priority ?? 0])]);
      const at = columns.findIndex((column) => column.name === 'Phase') + 1;
      expect(body.rows[0].cells[at]).to.equal('Planning');
    });
  });
}
