// What must be asked of each host for the checks, because no record of the pool tells: what its staging plugin says of the repository and of its disk, its
// certificate, its clock, its updates, and what would keep it from being evacuated. Hosts are asked side by side, a few at a time, and none more often than once
// a minute unless a person wants it.
import { X509Certificate } from 'node:crypto';
import type { Clock } from '../../foundation/clock';
import { type Fact, known, unknown } from '../../foundation/fact';
import type { HostTraits, Obstructing, PluginAnswers } from '../../plan/checks/inspection';
import type { Enquiry } from '../../upgrade/enquiry';
import { minutes, seconds } from '../../upgrade/time';
import type { XapiClient } from '../../xenapi/client';
import { XapiError } from '../../xenapi/error';
import type { Ref } from '../../xenapi/records/records';
import { type Records, refOf, uuidOf } from './records';
import { askPlugin, testUrl } from './stagingPlugin';
import { parseServerTime } from './serverTime';

/** How long answers are good for. */
const FRESH = minutes(1);
/** Hosts that are asked at a time; each is asked some questions at once. */
const AT_A_TIME = 8;
const PATIENCE = { deadlineMs: seconds(20) };

export type HostAnswers = Required<Pick<HostTraits, 'plugin' | 'certificate' | 'clockAhead' | 'obstructing'>> & {
  /** Undefined where they could not be told. */
  readonly updates: readonly string[] | undefined;
};

interface Asked {
  readonly key: string;
  /** Milliseconds since the epoch. */
  readonly at: number;
  readonly answers: HostAnswers;
}

export interface Inquired {
  readonly answers: ReadonlyMap<string, HostAnswers>;
  /** When the oldest of them was asked for; undefined when there is none. */
  readonly askedAt: number | undefined;
}

export const nobodyAsked: Inquired = { answers: new Map(), askedAt: undefined };

type Host = Enquiry['hosts'][number];

export class HostInspector {
  private readonly asked = new Map<string, Asked>();

  constructor(private readonly parts: { readonly client: Pick<XapiClient, 'call'>; readonly clock: Clock }) {}

  /** What the hosts of the enquiry say, by uuid. Never throws for what a host may answer, or for none. */
  async inquire(records: Records, { hosts, repository, word }: Enquiry): Promise<Inquired> {
    const waiting = [...hosts];
    const one = async (): Promise<void> => {
      for (let host = waiting.shift(); host !== undefined; host = waiting.shift())
        await this.askIfOld(records, host, repository, word);
    };
    await Promise.all(hosts.slice(0, AT_A_TIME).map(one));
    const told = hosts.flatMap(({ uuid }) => {
      const entry = this.asked.get(uuid);
      return entry === undefined ? [] : [[uuid, entry] as const];
    });
    return {
      answers: new Map(told.map(([uuid, { answers }]) => [uuid, answers])),
      askedAt: told.length === 0 ? undefined : Math.min(...told.map(([, { at }]) => at)),
    };
  }

  private async askIfOld(records: Records, host: Host, repository: string | undefined, word: string): Promise<void> {
    const ref = refOf(records, 'host', host.uuid);
    if (ref === undefined) return;
    const record = records('host').get(ref)!;
    const live = records('host_metrics').get(record.metrics)?.live ?? false;
    const started = record.other_config['agent_start_time'] ?? '';
    const key = JSON.stringify([repository, host.staged, word, live, started]);
    const at = this.parts.clock.now();
    const before = this.asked.get(host.uuid);
    if (before?.key === key && at - before.at < FRESH) return;
    this.asked.set(host.uuid, { key, at, answers: live ? await this.ask(records, ref, host, repository) : silent });
  }

  private async ask(records: Records, ref: Ref, { staged }: Host, repository: string | undefined): Promise<HostAnswers> {
    const [plugin, certificate, clockAhead, obstructing, updates] = await Promise.all([
      staged ? this.plugin(ref, repository) : unknown('it is not upgraded by the staging plugin'),
      this.told(() => this.certificate(ref)),
      this.told(() => this.clockAhead(ref)),
      this.told(() => this.obstructing(records, ref)),
      this.updates(records, ref),
    ]);
    return { plugin, certificate, clockAhead, obstructing, updates };
  }

  private async told<T>(question: () => Promise<Fact<T>>): Promise<Fact<T>> {
    try {
      return await question();
    } catch (error) {
      if (!(error instanceof XapiError)) throw error;
      return unknown(error.kind === 'ApiAge' ? 'this release does not tell' : error.message);
    }
  }

  private async plugin(ref: Ref, url: string | undefined): Promise<Fact<PluginAnswers>> {
    return this.told(async () => {
      const [reached, safe2upgrade] = await Promise.all([
        url === undefined ? undefined : unlessTooOld(testUrl(this.parts.client, ref, url)),
        this.pluginSays(ref, 'testSafe2Upgrade'),
      ]);
      const found = { url: reached, safe2upgrade };
      if (url === undefined || reached !== 'true')
        return known<PluginAnswers>({ ...found, version: undefined, dom0Memory: undefined });
      const [version, dom0Memory, eua] = await Promise.all([
        this.pluginSays(ref, 'getVersion', { url }),
        this.pluginSays(ref, 'getDom0DefaultMemory', { url }),
        this.pluginSays(ref, 'getEUA', { url }),
      ]);
      try {
        return known<PluginAnswers>({ ...found, version: versionIn(version), dom0Memory: bytesIn(dom0Memory), ...euaIn(eua) });
      } catch (error) {
        if (!(error instanceof SyntaxError)) throw error;
        return unknown(`the staging plugin answered what cannot be read: ${error.message}`);
      }
    });
  }

  private pluginSays(ref: Ref, fn: string, args: Readonly<Record<string, string>> = {}): Promise<string | undefined> {
    return unlessTooOld(askPlugin(this.parts.client, ref, fn, args));
  }

  private async certificate(ref: Ref): Promise<HostTraits['certificate']> {
    return readCertificate(await this.parts.client.call<string>('host.get_server_certificate', [ref], PATIENCE));
  }

  /** The answer is taken for the middle of the time it took. */
  private async clockAhead(ref: Ref): Promise<Fact<number>> {
    const { client, clock } = this.parts;
    const sent = clock.now();
    const told = parseServerTime(await client.call<string>('host.get_servertime', [ref], PATIENCE));
    return told.known ? known(told.value * 1000 - (sent + clock.now()) / 2) : told;
  }

  private async obstructing(records: Records, ref: Ref): Promise<Fact<readonly Obstructing[]>> {
    const said = await this.parts.client.call<Readonly<Record<Ref, readonly string[]>>>(
      'host.get_vms_which_prevent_evacuation',
      [ref],
      PATIENCE,
    );
    return known(
      Object.entries(said).map(([vm, [code = '', ...params]]) => ({ guest: uuidOf(records, 'VM', vm) ?? vm, code, params })),
    );
  }

  /** Uuids of what is applied to the host, which knows the references alone. */
  private async updates(records: Records, ref: Ref): Promise<readonly string[] | undefined> {
    const applied = records('host').get(ref)?.updates ?? [];
    const uuids = await Promise.all(
      applied.map((update) =>
        this.told(async () => known(await this.parts.client.call<string>('pool_update.get_uuid', [update], PATIENCE))),
      ),
    );
    return uuids.some((uuid) => !uuid.known) ? undefined : uuids.flatMap((uuid) => (uuid.known ? [uuid.value] : []));
  }
}

/** Undefined where the plugin is too old to know the function. @throws XapiError */
async function unlessTooOld(asked: Promise<string>): Promise<string | undefined> {
  try {
    return await asked;
  } catch (error) {
    if (error instanceof XapiError && error.code === 'UNKNOWN_XENAPI_PLUGIN_FUNCTION') return undefined;
    throw error;
  }
}

const away = unknown('the host is not up');
const silent: HostAnswers = { plugin: away, certificate: away, clockAhead: away, obstructing: away, updates: undefined };

/** The length of an RSA key; keys of other kinds are short by nature, and long enough. */
export function readCertificate(pem: string): HostTraits['certificate'] {
  try {
    const { publicKey, validTo } = new X509Certificate(pem);
    return known({ keyBits: publicKey.asymmetricKeyDetails?.modulusLength ?? Infinity, notAfter: validTo });
  } catch (error) {
    return unknown(`its certificate cannot be read: ${error instanceof Error ? error.message : String(error)}`);
  }
}

/** @throws SyntaxError */
function jsonIn(text: string | undefined): Readonly<Record<string, unknown>> {
  const value: unknown = JSON.parse(text ?? '{}');
  return typeof value === 'object' && value !== null ? (value as Record<string, unknown>) : {};
}

function versionIn(text: string | undefined): PluginAnswers['version'] {
  const { 'platform-version': platform, 'product-version': product } = jsonIn(text);
  if (typeof product !== 'string') return undefined;
  return { platform: typeof platform === 'string' ? platform : '', product };
}

function bytesIn(text: string | undefined): number | undefined {
  const bytes = Number.parseInt(text ?? '', 10);
  return Number.isFinite(bytes) ? bytes : undefined;
}

function euaIn(text: string | undefined): Pick<PluginAnswers, 'eua'> {
  const { eua } = jsonIn(text);
  return typeof eua === 'string' ? { eua } : {};
}
