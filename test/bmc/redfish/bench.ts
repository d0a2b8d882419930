// A driver and a simulated BMC in one process under virtual time: what the tests of the driver work at.
import type { RedfishAddress } from '../../../src/bmc/address';
import { BmcError } from '../../../src/bmc/bmc';
import { createRedfish, type RedfishBmc, type RedfishParts } from '../../../src/bmc/redfish/redfish';
import type { BmcResponse, BmcTransport } from '../../../src/bmc/transport';
import { seededRandom } from '../../../src/foundation/random';
import { VirtualClock } from '../../../src/foundation/virtualClock';
import { createLoneChassis, type LoneChassis } from '../../../src/simulator/bmc/chassis';
import type { BmcProfile } from '../../../src/simulator/bmc/profile';
import { profileOf } from '../../../src/simulator/bmc/profiles';
import { SimulatedBmc, type SimulatedBmcParts } from '../../../src/simulator/bmc/simulatedBmc';

export const IMAGE = 'http://boot.invalid/a/0123456789abcdef/boot.iso';
export const SECURE_IMAGE = IMAGE.replace('http:', 'https:');
export const ORIGIN = 'https://bmc.invalid';
export const CREDENTIALS = { username: 'operator', password: 'correct horse' };
export const patient = new AbortController().signal;
export const isOurs = (image: string): boolean =>
  image.startsWith('http://boot.invalid/') || image.startsWith('https://boot.invalid/');

// Answers for faults, and what they are answers to.
export const answer = (
  status: number,
  body: object | string = {},
  headers: Readonly<Record<string, string>> = {},
): BmcResponse => ({
  status,
  headers: { 'content-type': 'application/json', ...headers },
  body: typeof body === 'string' ? body : JSON.stringify(body),
});
export const complaint = (id: string, text = 'No.'): object => ({
  error: { code: `Base.1.8.${id}`, message: text, '@Message.ExtendedInfo': [{ MessageId: `Base.1.8.${id}`, Message: text }] },
});
export const SYSTEM = /^\/redfish\/v1\/Systems\/[^/]+$/;
export const RESET = /ComputerSystem\.Reset$/;
export const INSERT = /InsertMedia$/;

export interface Shape {
  readonly power?: 'On' | 'Off';
  readonly profile?: BmcProfile;
  readonly bmc?: Partial<SimulatedBmcParts>;
  readonly driver?: Partial<RedfishParts>;
  readonly system?: string;
}

const LIMIT_MS = 3_600_000;

export class Bench {
  readonly clock = new VirtualClock(Date.UTC(2026, 2, 1));
  readonly chassis: LoneChassis;
  readonly simulated: SimulatedBmc;
  readonly driver: RedfishBmc;

  constructor(id: string, { power = 'Off', profile = profileOf(id), bmc = {}, driver = {}, system = '' }: Shape = {}) {
    const { clock } = this;
    this.chassis = createLoneChassis({
      clock,
      power,
      identity: {
        manufacturer: '',
        model: '',
        serial: '7TBFHT2',
        uuid: '4c4c4544-0054-4210-8046-b7c04f485432',
        macs: ['00:16:3e:00:00:01'],
      },
    });
    this.simulated = new SimulatedBmc({
      profile,
      chassis: this.chassis,
      credentials: CREDENTIALS,
      clock,
      random: seededRandom(1),
      ...bmc,
    });
    this.driver = this.another({ ...driver }, system);
  }

  /** One more driver of the same BMC. */
  another(more: Partial<RedfishParts> = {}, system = ''): RedfishBmc {
    const address: RedfishAddress = { protocol: 'redfish', origin: ORIGIN, system };
    const transport: BmcTransport = this.simulated.transport();
    return createRedfish({ address, credentials: CREDENTIALS, transport, clock: this.clock, random: seededRandom(2), ...more });
  }

  /** What the work gives, in virtual time. @throws what the work throws, and Error when it does not end */
  async run<T>(work: Promise<T>): Promise<T> {
    let over = false;
    const settle = (): void => void (over = true);
    work.then(settle, settle);
    const end = await this.clock.run(() => over, this.clock.monotonic() + LIMIT_MS);
    if (!over) throw new Error(`it did not end (${end})`);
    return work;
  }

  /** The error the work ends with. */
  async failure(work: Promise<unknown>): Promise<BmcError> {
    const value = await this.run(work.catch((error: unknown) => error));
    if (value instanceof BmcError) return value;
    throw new Error(
      `expected a BmcError, found ${value instanceof Error ? (value.stack ?? value.message) : JSON.stringify(value)}`,
    );
  }

  /** Lets virtual time pass. */
  async pass(ms: number): Promise<void> {
    let over = false;
    this.clock.after(ms, () => (over = true));
    await this.clock.run(() => over, this.clock.monotonic() + ms + 1);
  }

  sent(method: string): readonly string[] {
    return this.simulated.books.requests.filter((one) => one.method === method).map(({ path }) => path);
  }

  get changes(): readonly string[] {
    return this.simulated.books.changes.map(({ kind, detail }) => `${kind} ${detail}`);
  }
}
