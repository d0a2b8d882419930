// What goes to and fro at one host from the moment it is empty until it is back, in order: what the run writes down, what it tells the pool and the BMC, what host and
// BMC fetch, and what the machine does. It is heard at the edges of the simulated world; nothing of it is the run's own word but what it writes into its status.
import type { PoolUpgrade } from '../../src/api/generated/poolUpgrade';
import { hostOf, parseBmcAddress } from '../../src/bmc/address';
import type { SeenRequest } from '../../src/simulator/bmc/books';
import type { NetworkRequest } from '../../src/simulator/network/hostNetwork';
import type { WorldEvent } from '../../src/simulator/world';
import type { RunOptions } from '../../src/rehearsal/run';
import type { Stage } from '../../src/rehearsal/stage';
import type { XapiTransport } from '../../src/xenapi/transport';

/** As it stands in a row of docs/boot.md. */
export interface Step {
  /** What is written, asked or ordered, or else who does something. */
  readonly where: 'status' | 'boot server' | 'pool' | 'BMC' | 'host fetches' | 'BMC fetches' | 'machine' | 'installer';
  /** Empty for what machine and installer do. */
  readonly command: string;
  readonly answer: string;
}

/** The parameters begin with session and host. */
interface XapiCall {
  readonly method: string;
  readonly params: readonly unknown[];
}

type HostStatus = NonNullable<NonNullable<PoolUpgrade['status']>['hosts']>[number];

/** Phases of a host from the moment it may go until it is back. */
const BETWEEN: ReadonlySet<string> = new Set(['Leaving', 'AwaitingOperator', 'Installing', 'Rejoining']);
const PHASE = 'hosts[].phase';
/** Calls that bring a host into its installer, and what is asked of it right before. */
const CALLS = /^(?:Async\.)?host\.(?:shutdown|reboot|power_on|call_plugin)$/;
/** Changes of the machine, and of its BMC by itself. */
const MACHINE: Readonly<Record<string, string>> = {
  off: 'off',
  on: 'on',
  installer: 'installer',
  up: 'up',
  consumed: 'boots once',
};
const INSTALLER: ReadonlySet<string> = new Set(['start', 'backup', 'format', 'complete']);

export class BootSteps {
  private readonly steps: (() => Step)[] = [];
  private readonly asked = new Set<string>();
  private stage: Stage | undefined;
  private last: HostStatus | undefined;
  /** Requests of its BMC that were looked at. */
  private looked = 0;
  private afterOrder = false;

  /** @param name of the host */
  constructor(private readonly name: string) {}

  readonly options: RunOptions = {
    onStage: (stage) => {
      this.stage = stage;
      stage.world.bus.on((event) => this.happened(event));
    },
    onObject: (object) => this.wrote(object),
    onFetch: (request, status) => this.fetched(request, status),
    onWrite: ({ object }) => this.served(object as { readonly data?: Readonly<Record<string, string>> }),
    transport: (transport) => this.overheard(transport),
  };

  list(): readonly Step[] {
    return this.steps.map((step) => step());
  }

  /** @param answer may come later than what is asked or ordered next */
  private add(where: Step['where'], command: string, answer: string | (() => string)): void {
    if (this.last === undefined || !BETWEEN.has(this.last.phase)) return;
    this.lookAtBmc();
    const said = typeof answer === 'string' ? (): string => answer : answer;
    this.steps.push(() => ({ where, command: tidy(command), answer: tidy(said()) }));
  }

  /** What is asked again, and answered as before, is told once. */
  private addQuestion(where: Step['where'], command: string, answer: string): void {
    const key = [where, tidy(command), tidy(answer)].join(' ');
    if (this.asked.has(key)) return;
    const before = this.steps.length;
    this.add(where, command, answer);
    if (this.steps.length > before) this.asked.add(key);
  }

  private wrote({ status }: PoolUpgrade): void {
    const now = status?.hosts?.find(({ name }) => name === this.name);
    if (now === undefined) return;
    const before = toldBy(this.last);
    this.last = now;
    for (const [name, value] of Object.entries(toldBy(now)))
      if (value !== undefined && value !== before[name]) this.add('status', name, value);
    if (now.phase === 'AwaitingOperator' && before[PHASE] !== now.phase) this.add('status', 'message', String(status?.message));
  }

  /** What the boot server says of the attempt, beside the object. */
  private served({ data }: { readonly data?: Readonly<Record<string, string>> }): void {
    const text = data?.['sightings.json'];
    if (text === undefined) return;
    const { attempts } = JSON.parse(text) as { readonly attempts: Readonly<Record<string, { readonly ready: string }>> };
    for (const [key, { ready }] of Object.entries(attempts))
      if (key.includes(this.record()['uuid'] as string)) this.addQuestion('boot server', 'attempts[].ready', ready);
  }

  private overheard(transport: XapiTransport): XapiTransport {
    return {
      ...transport,
      post: async (host, path, body, signal) => {
        let said = 'nothing';
        const { method, params } = JSON.parse(body) as XapiCall;
        const isAsked = method === 'host.call_plugin';
        const own = CALLS.test(method) && this.hosts().get(params[1] as string) === this.record();
        if (own && !isAsked) this.add('pool', [method, ...wordsOf(params)].join(' '), () => said);
        const answer = await transport.post(host, path, body, signal);
        const { result, error } = JSON.parse(answer.body) as { readonly result?: unknown; readonly error?: unknown };
        said = JSON.stringify(result ?? error);
        if (own && isAsked && params[3] === 'testUrl') this.addQuestion('pool', [method, ...wordsOf(params)].join(' '), said);
        return answer;
      },
    };
  }

  private fetched({ url, from }: NetworkRequest, status: number): void {
    const what = `GET ${new URL(url).pathname.replace(/Packages\/.*/, 'Packages/…')}`;
    if (from === this.record()['address']) this.addQuestion('host fetches', what, String(status));
    if (from === this.bmcAddress()) this.addQuestion('BMC fetches', what, String(status));
  }

  private happened(event: WorldEvent): void {
    if (!('host' in event) || event.host !== this.record()['uuid']) return;
    const inBrackets = 'detail' in event && event.detail !== undefined ? ` (${event.detail})` : '';
    if (event.kind === 'installer' && INSTALLER.has(event.stage)) this.add('installer', '', event.stage);
    const change = event.kind === 'machine' || event.kind === 'bmc' ? MACHINE[event.change] : undefined;
    if (change !== undefined) this.add('machine', '', `${change}${inBrackets}`);
  }

  /** Orders, and the first question after each. Logins are told in docs/bmc.md. */
  private lookAtBmc(): void {
    const requests = this.stage?.world.bmc(this.record()['uuid'] as string)?.books.requests ?? [];
    for (const request of requests.slice(this.looked)) {
      if (request.path.includes('/SessionService/')) continue;
      const isOrder = request.method !== 'GET';
      if (isOrder || this.afterOrder) this.steps.push(() => ofBmc(request));
      this.afterOrder = isOrder;
    }
    this.looked = requests.length;
  }

  private hosts(): ReadonlyMap<string, Readonly<Record<string, unknown>>> {
    return this.stage!.world.database.records('host');
  }

  private record(): Readonly<Record<string, unknown>> {
    return [...this.hosts().values()].find((one) => one['name_label'] === this.name)!;
  }

  private bmcAddress(): string | undefined {
    const address = this.stage!.object()?.spec.hosts?.find(({ name }) => name === this.name)?.bmc?.address;
    return address === undefined ? undefined : hostOf(parseBmcAddress(address));
  }
}

/** What a row of the status says of the host's way, by name. */
function toldBy(host: HostStatus | undefined): Readonly<Record<string, string | undefined>> {
  if (host === undefined) return {};
  const { phase, boot, evidence } = host;
  const { serial } = JSON.parse(evidence['machine'] ?? '{}') as { readonly serial?: string };
  return { [PHASE]: phase, 'hosts[].boot.intent': boot?.intent, 'hosts[].evidence.machine': serial };
}

/** Its answer's status is there when all is over. */
function ofBmc({ method, path, body, status }: SeenRequest): Step {
  return { where: 'BMC', command: tidy(`${method} ${path} ${body}`.trim()), answer: String(status) };
}

/** Of a call of a plugin: which one, what it is to do, and with which URL. */
function wordsOf([, , plugin, fn, args]: XapiCall['params']): readonly string[] {
  return plugin === undefined ? [] : [String(plugin), String(fn), (args as { readonly url?: string }).url ?? ''];
}

/** What is another in each run, or in each pool, is no part of a step. */
function tidy(text: string): string {
  return text
    .replace(/k1\.[\w-]{43}/g, 'TOKEN')
    .replace(/\b(?:[0-9a-f]{2}:){5}[0-9a-f]{2}\b/g, 'MAC')
    .replace(/OpaqueRef:[0-9a-f-]{36}/g, 'TASK')
    .replace(/boot\.rehearsal\.invalid:8081/g, 'boot.example:8081');
}
