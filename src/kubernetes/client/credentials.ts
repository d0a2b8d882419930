// Where the API server is, how it is recognised and by what we are: read from files and plugins, kept for a minute and at once read again when the server
// does not accept it, since tokens of pods are replaced every hour and certificates now and then.
import type { Clock } from '../../foundation/clock';
import { KubeError } from '../api';

/** PEM, as node:tls takes it. */
export interface TlsMaterial {
  /** Authorities; absent: those of the system. */
  readonly ca?: string;
  readonly cert?: string;
  readonly key?: string;
  /** The name to check the server's certificate against, where it is not the one in the URL. */
  readonly servername?: string;
  /** True: whatever certificate the server shows. Somebody's explicit wish in a kubeconfig. */
  readonly unverified?: boolean;
}

export interface Credentials {
  /** e.g. `https://10.0.0.1:6443`, maybe with a path. */
  readonly server: string;
  readonly tls: TlsMaterial;
  /** `authorization` and what else says who we are. */
  readonly headers: Readonly<Record<string, string>>;
}

export interface CredentialSource {
  /** @throws KubeError `Unauthorised` when they cannot be read */
  current(): Promise<Credentials>;
  /** The server did not accept these: reads afresh, once for all who say so about the same ones. Throws as `current`. */
  renewed(refused: Credentials): Promise<Credentials>;
}

/** The bound tokens of pods live at least ten minutes. */
const KEPT_MS = 60_000;

/** `read` is told whether what it gave last was refused, so that nothing remembered is given again. */
export type CredentialReader = (refused: boolean) => Promise<Credentials>;

export class KeptCredentials implements CredentialSource {
  private kept: { readonly at: number; readonly credentials: Promise<Credentials> } | undefined;
  private last: Credentials | undefined;

  constructor(
    private readonly clock: Clock,
    private readonly read: CredentialReader,
  ) {}

  current(): Promise<Credentials> {
    const fresh = this.kept !== undefined && this.clock.monotonic() - this.kept.at < KEPT_MS;
    return fresh ? this.kept!.credentials : this.readAgain(false);
  }

  renewed(refused: Credentials): Promise<Credentials> {
    return this.last === refused ? this.readAgain(true) : this.current();
  }

  private readAgain(refused: boolean): Promise<Credentials> {
    this.last = undefined;
    const credentials = this.readOnce(refused);
    this.kept = { at: this.clock.monotonic(), credentials };
    return credentials;
  }

  private async readOnce(refused: boolean): Promise<Credentials> {
    try {
      this.last = await this.read(refused);
      return this.last;
    } catch (error) {
      // What could not be read is tried again by the next call.
      this.kept = undefined;
      if (error instanceof KubeError) throw error;
      const why = error instanceof Error ? error.message : String(error);
      throw new KubeError('Unauthorised', `the credentials for the Kubernetes API cannot be read: ${why}`);
    }
  }
}
