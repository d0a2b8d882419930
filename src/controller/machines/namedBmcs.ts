// The BMCs that a manifest names, opened when first needed and anew when the manifest or the Secret says otherwise.
import type { BmcSettings, PoolUpgrade } from '../../api/generated/poolUpgrade';
import { BmcError, type FirmwareMode } from '../../bmc/bmc';
import type { ExpectedIdentity } from '../../bmc/identity';
import type { SessionBooks } from '../../bmc/sessionBook';
import type { Fact } from '../../foundation/fact';
import type { KubernetesApi } from '../../kubernetes/api';
import { firmwareOf, type HostName, settingsOf } from '../hostSettings';
import { readSecretKey } from '../secrets';
import type { BmcLogin, OpenBmc, OperatedBmc } from './openNamed';

export type { OpenBmc } from './openNamed';

export interface NamedBmcsParts {
  readonly api: KubernetesApi;
  /** The object as it is now. */
  readonly current: () => PoolUpgrade;
  readonly open: OpenBmc;
  /** Who the machine of a host must be. @param host uuid */
  readonly expectedOf: (host: string) => Fact<ExpectedIdentity>;
  /** Where their sessions are accounted for. */
  readonly sessions: SessionBooks;
}

/** The key of no settings. */
const REOPENED = '';

export class NamedBmcs {
  private readonly opened = new Map<string, { readonly key: string; readonly bmc: OperatedBmc }>();

  constructor(private readonly parts: NamedBmcsParts) {}

  settingsOf(host: HostName): BmcSettings | undefined {
    return settingsOf(this.parts.current(), host)?.bmc;
  }

  /** How the manifest says that a host boots; undefined: the BMC is to be asked. */
  firmwareOf(host: HostName): FirmwareMode | undefined {
    return firmwareOf(this.parts.current(), host);
  }

  /** @throws BmcError naming field, Secret and key; KubeError when the cluster does not answer */
  async of(host: HostName): Promise<OperatedBmc | undefined> {
    const settings = this.settingsOf(host);
    if (settings === undefined) return undefined;
    const login = await this.login('credentialsRef', settings.credentialsRef.name);
    const fallbackLogin = await this.fallbackLogin(settings, login);
    const trust = { caBundle: await this.caBundle(settings) };
    const key = JSON.stringify([settings, login, fallbackLogin, trust]);
    const known = this.opened.get(host.uuid);
    if (known?.key === key) return known.bmc;
    const expected = (): Fact<ExpectedIdentity> => this.parts.expectedOf(host.uuid);
    const { open, sessions } = this.parts;
    const bmc = open({ settings, login, fallbackLogin, trust, expected, sessions, resume: known?.bmc.memory() });
    this.opened.set(host.uuid, { key, bmc });
    await known?.bmc.close();
    return bmc;
  }

  /** The next one who asks for it opens it anew, and what is not settled stays so. */
  reopen({ uuid }: { readonly uuid: string }): void {
    const known = this.opened.get(uuid);
    if (known !== undefined) this.opened.set(uuid, { ...known, key: REOPENED });
  }

  /** Ends their sessions. */
  async close(): Promise<void> {
    const all = [...this.opened.values()];
    this.opened.clear();
    await Promise.all(all.map(({ bmc }) => bmc.close()));
  }

  private async login(field: string, secret: string): Promise<BmcLogin> {
    return { username: await this.read(field, secret, 'username'), password: await this.read(field, secret, 'password') };
  }

  private async fallbackLogin({ fallback }: BmcSettings, own: BmcLogin): Promise<BmcLogin | undefined> {
    if (fallback?.credentialsRef === undefined) return fallback === undefined ? undefined : own;
    return this.login('fallback.credentialsRef', fallback.credentialsRef.name);
  }

  private caBundle({ tls }: BmcSettings): Promise<string | undefined> {
    const { caBundleRef } = tls;
    return caBundleRef === undefined
      ? Promise.resolve(undefined)
      : this.read('tls.caBundleRef', caBundleRef.name, caBundleRef.key);
  }

  private async read(field: string, name: string, key: string): Promise<string> {
    const { api, current } = this.parts;
    const found = await readSecretKey(api, current().metadata.namespace ?? 'default', name, key);
    if ('value' in found) return found.value;
    throw new BmcError('Unauthorized', 'login', `spec.hosts[].bmc.${field}: ${found.missing}`, 'SecretMissing');
  }
}
