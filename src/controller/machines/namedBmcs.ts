// The BMCs that a manifest names, opened when first needed and anew when the manifest or the Secret says otherwise.
import type { BmcSettings, PoolUpgrade } from '../../api/generated/poolUpgrade';
import { type Bmc, BmcError } from '../../bmc/bmc';
import type { KubernetesApi } from '../../kubernetes/api';
import { readSecretKey } from '../secrets';

export interface BmcLogin {
  readonly username: string;
  /** A secret. */
  readonly password: string;
}

/** Opens the way to a BMC; nothing is sent yet. @throws BmcError for an address that makes no sense */
export type OpenBmc = (settings: BmcSettings, login: BmcLogin, trust: BmcTrust) => Bmc;

export interface BmcTrust {
  /** PEM; undefined: the certificates of the system, or the fingerprints of the settings. */
  readonly caBundle: string | undefined;
}

export class NamedBmcs {
  private readonly opened = new Map<string, { readonly key: string; readonly bmc: Bmc }>();

  /** @param current the object as it is now */
  constructor(
    private readonly api: KubernetesApi,
    private readonly current: () => PoolUpgrade,
    private readonly open: OpenBmc,
  ) {}

  settingsOf(host: { readonly uuid: string; readonly name: string }): BmcSettings | undefined {
    const entry = (this.current().spec.hosts ?? []).find(({ name }) => name === host.name || name === host.uuid);
    return entry?.bmc;
  }

  /** @throws BmcError naming field, Secret and key; KubeError when the cluster does not answer */
  async of(host: { readonly uuid: string; readonly name: string }): Promise<Bmc | undefined> {
    const settings = this.settingsOf(host);
    if (settings === undefined) return undefined;
    const login = { username: await this.secret(settings, 'username'), password: await this.secret(settings, 'password') };
    const trust = { caBundle: await this.caBundle(settings) };
    const key = JSON.stringify([settings, login, trust]);
    const known = this.opened.get(host.uuid);
    if (known?.key === key) return known.bmc;
    await known?.bmc.close();
    const bmc = this.open(settings, login, trust);
    this.opened.set(host.uuid, { key, bmc });
    return bmc;
  }

  /** The next one who asks for it opens it anew. */
  async reopen({ uuid }: { readonly uuid: string }): Promise<void> {
    const known = this.opened.get(uuid);
    this.opened.delete(uuid);
    await known?.bmc.close();
  }

  /** Ends their sessions. */
  async close(): Promise<void> {
    const all = [...this.opened.values()];
    this.opened.clear();
    await Promise.all(all.map(({ bmc }) => bmc.close()));
  }

  private secret({ credentialsRef }: BmcSettings, key: 'username' | 'password'): Promise<string> {
    return this.read('credentialsRef', credentialsRef.name, key);
  }

  private caBundle({ tls }: BmcSettings): Promise<string | undefined> {
    const { caBundleRef } = tls;
    return caBundleRef === undefined
      ? Promise.resolve(undefined)
      : this.read('tls.caBundleRef', caBundleRef.name, caBundleRef.key);
  }

  private async read(field: string, name: string, key: string): Promise<string> {
    const found = await readSecretKey(this.api, this.current().metadata.namespace ?? 'default', name, key);
    if ('value' in found) return found.value;
    throw new BmcError('Unauthorized', 'login', `spec.hosts[].bmc.${field}: ${found.missing}`, 'SecretMissing');
  }
}
