// One host whose BMC speaks Redfish and IPMI, played by the simulated BMC and by a program that behaves as ipmitool does, and the operator's eyes and hands on it.
import type { BmcSettings, HostSettings, PoolUpgrade } from '../../../src/api/generated/poolUpgrade';
import { TransportFailure } from '../../../src/bmc/transport';
import { Lanes } from '../../../src/bmc/lane';
import { createMachines, type Machines } from '../../../src/controller/machines/machines';
import { NamedBmcs } from '../../../src/controller/machines/namedBmcs';
import { bmcOpener } from '../../../src/controller/machines/openNamed';
import type { ExpectedIdentity } from '../../../src/bmc/identity';
import { type Fact, known, unknown } from '../../../src/foundation/fact';
import { seededRandom } from '../../../src/foundation/random';
import { KubeError, type KubernetesApi } from '../../../src/kubernetes/api';
import { MemoryBook } from '../../bmc/books';
import { FakeIpmitool } from '../../bmc/ipmi/fakeIpmitool';
import { Bench, CREDENTIALS } from '../../bmc/redfish/bench';
import { manifestOf } from '../../api/sample';

export const HOST = 'aaaaaaaa-bbbb-cccc-dddd-eeeeeeeeeeee';
export const SERIAL = '7TBFHT2';
const NAME = 'xs-r7-01';

export interface DeskOptions {
  /** Lines of `spec.hosts[0]` in YAML's flow style. */
  readonly bmc: string;
  readonly more?: string;
  readonly profile?: string;
}

const IMAGE = 'http://boot.invalid/a/x.iso';

export class Desk {
  readonly bench: Bench;
  readonly tool = new FakeIpmitool();
  readonly bmcs: NamedBmcs;
  readonly machines: Machines;
  readonly book = new MemoryBook();
  readonly secrets: Record<string, Readonly<Record<string, string>>> = {
    redfish: { ...CREDENTIALS },
    ipmi: { username: 'admin', password: this.tool.password },
  };
  object: PoolUpgrade;
  expected: Fact<ExpectedIdentity> = known({ serial: SERIAL });
  /** Whether nothing answers by Redfish. */
  away = false;
  needsMedia = false;

  constructor({ bmc, more = '', profile = 'generic' }: DeskOptions) {
    this.bench = new Bench(profile);
    this.tool.fru = ` Product Serial        : ${SERIAL}\n`;
    this.tool.power = 'off';
    this.object = manifestOf(`  hosts: [{name: ${NAME}, bmc: ${bmc}${more}}]\n`);
    const { clock, simulated } = this.bench;
    const transport = simulated.transport();
    const open = bmcOpener({
      clock,
      random: seededRandom(4),
      lanes: new Lanes(clock),
      transportFor: (origin) => ({
        request: (request, signal) =>
          this.away
            ? Promise.reject(new TransportFailure('Unreachable', origin, 'nobody answers'))
            : transport.request(request, signal),
        close: () => undefined,
      }),
      run: this.tool,
    });
    const sessions = { at: () => this.book };
    this.bmcs = new NamedBmcs({ api: this.api(), current: () => this.object, open, expectedOf: () => this.expected, sessions });
    this.machines = createMachines({
      bmcOf: () => this.bmcs.of({ uuid: HOST, name: NAME }),
      firmwareOf: () => this.bmcs.firmwareOf({ uuid: HOST, name: NAME }),
      needsMedia: () => this.needsMedia,
      clock: this.bench.clock,
      settingsOf: () => this.bmcs.settingsOf({ uuid: HOST, name: NAME }),
      reopen: () => this.bmcs.reopen({ uuid: HOST }),
      offers: undefined,
      imageScheme: () => 'http',
      expectedOf: () => this.expected,
      media: {
        imageUrl: () => IMAGE,
        treeUrl: () => undefined,
        kindOf: (_host, image) => (image === IMAGE ? 'Ours' : image.startsWith('http://boot.invalid/') ? 'Stale' : 'Foreign'),
      },
      installer: () => Promise.resolve(unknown('nobody tells')),
    });
  }

  run<T>(work: Promise<T>): Promise<T> {
    return this.bench.run(work);
  }

  /** Edits what the manifest says of the host. */
  edit(change: (host: HostSettings) => HostSettings): void {
    const { spec } = this.object;
    this.object = { ...this.object, spec: { ...spec, hosts: spec.hosts!.map(change) } };
  }

  settings(change: Partial<BmcSettings>): void {
    this.edit((host) => ({ ...host, bmc: { ...host.bmc!, ...change } }));
  }

  private api(): KubernetesApi {
    const get = (_resource: unknown, _namespace: string, name: string): Promise<unknown> => {
      const texts = this.secrets[name];
      if (texts === undefined) return Promise.reject(new KubeError('NotFound', name));
      const data = Object.fromEntries(Object.entries(texts).map(([key, text]) => [key, Buffer.from(text).toString('base64')]));
      return Promise.resolve({ data });
    };
    return { get } as unknown as KubernetesApi;
  }
}
