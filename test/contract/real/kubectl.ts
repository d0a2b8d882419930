// kubectl as people use it, against a server given by a kubeconfig: what it prints and how it ends. The same expectations for every server.
import { spawn } from 'node:child_process';
import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import os from 'node:os';
import path from 'node:path';
import { expect } from 'chai';
import { Client } from '../kubernetes/client';
import { define, Place, type Offered } from '../kubernetes/contract';
import { CRD, CRDS, GROUP, KITES, kite } from '../kubernetes/kites';
import { kubeconfig } from './cluster';

interface Outcome {
  readonly code: number | null;
  readonly out: string;
  readonly err: string;
}

export function kubectlContract(name: string, kubectl: string, offer: () => Promise<Offered>): void {
  describe(`kubectl against ${name}`, () => {
    let offered: Offered;
    let folder: string;
    let place: Place;
    const file = (called: string, content: object | string): string => {
      const at = path.join(folder, called);
      writeFileSync(at, typeof content === 'string' ? content : JSON.stringify(content), { mode: 0o700 });
      return at;
    };

    /** Runs kubectl in the namespace `tools`. */
    function run(...args: readonly string[]): Promise<Outcome> {
      const env = {
        PATH: process.env['PATH'],
        HOME: folder,
        KUBECONFIG: path.join(folder, 'config'),
        EDITOR: path.join(folder, 'editor'),
      };
      return new Promise((resolve, reject) => {
        const child = spawn(kubectl, ['--namespace=tools', '--request-timeout=60s', ...args], {
          env,
          stdio: ['ignore', 'pipe', 'pipe'],
        });
        let [out, err] = ['', ''];
        child.stdout.on('data', (chunk: Buffer) => (out += chunk.toString()));
        child.stderr.on('data', (chunk: Buffer) => (err += chunk.toString()));
        child.once('error', reject);
        child.once('close', (code) => resolve({ code, out, err }));
      });
    }

    async function ok(...args: readonly string[]): Promise<string> {
      const { code, out, err } = await run(...args);
      expect(code, `kubectl ${args.join(' ')}: ${out}${err}`).to.equal(0);
      return out;
    }

    const rows = (out: string): readonly (readonly string[])[] =>
      out
        .trimEnd()
        .split('\n')
        .map((line) => line.trimEnd().split(/\s{2,}/));

    before(async () => {
      offered = await offer();
      folder = mkdtempSync(path.join(os.tmpdir(), 'xenpool-kubectl-'));
      file('config', kubeconfig(offered.server));
      const client = new Client(offered.server);
      place = new Place(client, 'tools');
      await client.post('/api/v1/namespaces', { apiVersion: 'v1', kind: 'Namespace', metadata: { name: 'tools' } });
      await define(place, KITES, CRD, place.kites());
    });

    after(async () => {
      if (offered === undefined) return;
      await place.client.delete(`${CRDS}/${CRD}`);
      await offered.close();
      rmSync(folder, { recursive: true, force: true });
    });

    it('apply makes, changes and leaves alone', async () => {
      const manifest = file('a.json', kite('a', { code: 'abc', steps: ['x'] }));
      expect(await ok('apply', '-f', manifest)).to.equal(`kite.${GROUP}/a created\n`);
      expect(await ok('apply', '-f', manifest)).to.equal(`kite.${GROUP}/a unchanged\n`);
      file('a.json', kite('a', { code: 'abd' }));
      expect(await ok('apply', '-f', manifest)).to.equal(`kite.${GROUP}/a configured\n`);
      const { body } = await place.client.get(place.kites('a'));
      expect(body.spec).to.deep.include({ code: 'abd', wind: 3 });
      expect(body.spec).to.not.have.property('steps');
    });

    it('apply refuses what is unknown or breaks a rule, with the words of the server', async () => {
      const unknown = await run('apply', '-f', file('u.json', kite('u', { bogus: 1 })));
      expect([unknown.code, unknown.err]).to.deep.equal([
        1,
        `Error from server (BadRequest): error when creating "${path.join(folder, 'u.json')}": Kite in version "v1" cannot be handled as a Kite: strict decoding error: unknown field "spec.bogus"\n`,
      ]);
      const broken = await run('apply', '-f', file('b.json', kite('b', { even: 3 })));
      expect([broken.code, broken.err]).to.deep.equal([
        1,
        `The Kite "b" is invalid: spec.even: Invalid value: 3: must be even\n`,
      ]);
    });

    it('apply --server-side applies, and tells conflicts', async () => {
      const manifest = file('s.json', kite('s'));
      expect(await ok('apply', '--server-side', '-f', manifest)).to.equal(`kite.${GROUP}/s serverside-applied\n`);
      expect(await ok('apply', '--server-side', '-f', manifest)).to.equal(`kite.${GROUP}/s serverside-applied\n`);
      file('s.json', kite('s', { wind: 5 }));
      const conflict = await run('apply', '--server-side', '--field-manager=other', '-f', manifest);
      expect(conflict.code).to.equal(1);
      expect(conflict.err).to.contain('error: Apply failed with 1 conflict: conflict with "kubectl": .spec.wind');
      expect(await ok('apply', '--server-side', '--field-manager=other', '--force-conflicts', '-f', manifest)).to.equal(
        `kite.${GROUP}/s serverside-applied\n`,
      );
    });

    it('apply takes ConfigMaps and Secrets', async () => {
      const config = { apiVersion: 'v1', kind: 'ConfigMap', metadata: { name: 'c' }, data: { a: '1', b: '2' } };
      const manifest = file('c.json', config);
      expect(await ok('apply', '-f', manifest)).to.equal('configmap/c created\n');
      file('c.json', { ...config, data: { b: '3' } });
      expect(await ok('apply', '-f', manifest)).to.equal('configmap/c configured\n');
      expect((await place.client.get(place.core('configmaps', 'c'))).body.data).to.deep.equal({ b: '3' });
      const secret = { apiVersion: 'v1', kind: 'Secret', metadata: { name: 'root' }, stringData: { username: 'root' } };
      expect(await ok('apply', '-f', file('secret.json', secret))).to.equal('secret/root created\n');
      expect(rows(await ok('get', 'cm', 'c', '--no-headers'))[0]!.slice(0, 2)).to.deep.equal(['c', '1']);
      expect(rows(await ok('get', 'secret', 'root', '--no-headers'))[0]!.slice(0, 3)).to.deep.equal(['root', 'Opaque', '1']);
    });

    it('get shows the columns of the definition, wide ones on demand, by short name and category', async () => {
      await place.client.merge(place.kites('a', 'status'), { status: { conditions: [{ type: 'Ready', status: 'True' }] } });
      const [header, row] = rows(await ok('get', 'kt', 'a'));
      expect(header).to.deep.equal(['NAME', 'COLOUR', 'WIND', 'READY', 'LINES', 'AGE']);
      expect(row!.slice(0, 4)).to.deep.equal(['a', 'red', '3', 'True']);
      expect(row!.at(-1)).to.match(/^\d+[sm]/);
      expect(rows(await ok('get', 'kite/a', '-o', 'wide'))[0]).to.deep.equal([
        'NAME',
        'COLOUR',
        'WIND',
        'READY',
        'LINES',
        'CODE',
        'AGE',
      ]);
      expect(rows(await ok('get', 'toys'))[0]!.slice(0, 2)).to.deep.equal(['NAME', 'COLOUR']);
      expect(await ok('get', 'kites', '-A', '-o', 'name')).to.contain(`kite.${GROUP}/a\n`);
      expect(JSON.parse(await ok('get', 'kite', 'a', '-o', 'json'))).to.have.nested.property('spec.code', 'abd');
      expect((await run('get', 'kite', 'none')).err).to.equal(`Error from server (NotFound): kites.${GROUP} "none" not found\n`);
    });

    it('get -w shows what happens', async () => {
      const watching = ok('get', 'kites', 'w', '-w', '--request-timeout=4s', '--ignore-not-found', '--no-headers');
      await place.client.post(place.kites(), kite('w', { colour: 'blue' }));
      const shown = rows(await ok('get', 'kites', 'w', '--no-headers'));
      expect(shown[0]!.slice(0, 3)).to.deep.equal(['w', 'blue', '3']);
      await watching.catch((error: unknown) => error);
    });

    it('describe shows the object and what was told of it', async () => {
      const { body } = await place.client.get(place.kites('a'));
      const regarding = { kind: 'Kite', namespace: 'tools', name: 'a', uid: body.metadata.uid, apiVersion: `${GROUP}/v1` };
      const event = {
        apiVersion: 'events.k8s.io/v1',
        kind: 'Event',
        metadata: { name: 'told' },
        eventTime: '2026-01-01T00:00:00.000000Z',
        reportingController: 'xenpool.dev/operator',
        reportingInstance: 'one',
        action: 'Fly',
        reason: 'Flying',
        type: 'Normal',
        note: 'it flies',
        regarding,
      };
      await place.client.post('/apis/events.k8s.io/v1/namespaces/tools/events', event);
      const out = await ok('describe', 'kite', 'a');
      expect(out).to.match(/^Name:\s+a\nNamespace:\s+tools$/m);
      expect(out).to.match(/^ {2}Code:\s+abd$/m);
      expect(out).to.match(/Events:\n.*\n.*\n\s+Normal\s+Flying\s+.*it flies/);
      expect(await ok('events', '--for', 'kite/a')).to.match(/Normal\s+Flying\s+Kite\/a\s+it flies/);
      expect(await ok('get', 'events')).to.match(/Normal\s+Flying\s+kite\/a\s+it flies/);
    });

    it('edit changes what the editor changed, and is told no', async () => {
      file('editor', '#!/bin/sh\nsed -i "s/wind: 3/wind: 7/" "$1"\n');
      expect(await ok('edit', 'kite', 'a')).to.equal(`kite.${GROUP}/a edited\n`);
      expect((await place.client.get(place.kites('a'))).body.spec.wind).to.equal(7);
      file('editor', '#!/bin/sh\nexit 0\n');
      expect((await run('edit', 'kite', 'a')).err).to.contain('Edit cancelled, no changes made');
    });

    it('wait waits for conditions, texts and the end', async () => {
      const condition = { type: 'Ready', status: 'True' };
      await place.client.merge(place.kites('a', 'status'), {
        status: { conditions: [condition], phase: 'Done', observedGeneration: 99 },
      });
      expect(await ok('wait', 'kite/a', '--for=condition=Ready', '--timeout=60s')).to.equal(`kite.${GROUP}/a condition met\n`);
      const waiting = ok('wait', 'kite/a', '--for=jsonpath={.status.phase}=Over', '--timeout=60s');
      await place.client.merge(place.kites('a', 'status'), { status: { phase: 'Over' } });
      expect(await waiting).to.equal(`kite.${GROUP}/a condition met\n`);
      const late = await run('wait', 'kite/a', '--for=condition=Never', '--timeout=1s');
      expect([late.code, late.err]).to.deep.equal([1, 'error: timed out waiting for the condition on kites/a\n']);
    });

    it('explain tells what the schema says', async () => {
      const out = await ok('explain', 'kite');
      expect(out).to.match(/^GROUP:\s+contract\.xenpool\.dev\nKIND:\s+Kite\nVERSION:\s+v1$/m);
      expect(out).to.contain('Something that flies on lines.');
      expect(await ok('explain', 'kite.spec.colour')).to.match(/ENUM:\s+red\s+blue/);
      expect(await ok('explain', 'kite.spec.lines.length')).to.match(/^FIELD: length <integer>$/m);
      expect(await ok('explain', 'configmap.data')).to.contain('FIELD: data <map[string]string>');
    });

    it('knows the server and what it has', async () => {
      expect(await ok('version')).to.contain('Server Version: v1.36.3');
      expect(await ok('api-resources', '--api-group', GROUP)).to.match(/kites\s+kt\s+contract\.xenpool\.dev\/v1\s+true\s+Kite/);
    });

    it('patch, label and annotate change what they say', async () => {
      expect(await ok('patch', 'kite', 'a', '--type=merge', '-p', '{"spec":{"wind":2}}')).to.equal(`kite.${GROUP}/a patched\n`);
      expect(await ok('label', 'kite', 'a', 'x=y')).to.equal(`kite.${GROUP}/a labeled\n`);
      expect(await ok('annotate', 'kite', 'a', 'x=y')).to.equal(`kite.${GROUP}/a annotated\n`);
      expect(await ok('get', 'kites', '-l', 'x=y', '-o', 'name')).to.equal(`kite.${GROUP}/a\n`);
    });

    it('delete waits until the object is gone', async () => {
      await place.client.merge(place.kites('a'), { metadata: { finalizers: ['contract.xenpool.dev/hold'] } });
      const deleting = ok('delete', 'kite', 'a');
      await place.until(async () => {
        const { body } = await place.client.get(place.kites('a'));
        return body.metadata.deletionTimestamp === undefined ? undefined : true;
      });
      await place.client.merge(place.kites('a'), { metadata: { finalizers: null } });
      expect(await deleting).to.match(/^kite\.contract\.xenpool\.dev "a" deleted/);
      expect((await run('get', 'kite', 'a')).code).to.equal(1);
      expect(await ok('delete', 'kites', '--all')).to.match(/"s" deleted/);
    });
  });
}
