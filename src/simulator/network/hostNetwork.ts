// The network that the machines of a simulated pool are in: by it BMCs fetch images, and boot loaders and installers all that they fetch. Who answers is no part
// of the pool: a boot server in the same process, real HTTP, a mirror of the releases.

export interface NetworkRequest {
  readonly url: string;
  /** In bytes. A server may know no ranges, and answer with the whole. */
  readonly range?: { readonly offset: number; readonly length: number };
  /** Address of whoever asks: a host, or its BMC. */
  readonly from: string;
}

export interface NetworkAnswer {
  readonly status: number;
  /** Names in lower case. */
  readonly headers: Readonly<Record<string, string>>;
  readonly body: Buffer;
}

/** `NoSuchHost`: nobody of that name is known there. `Unreachable`: somebody is, and does not answer. */
export type NetworkFailureKind = 'NoSuchHost' | 'Unreachable';

export class NetworkFailure extends Error {
  override readonly name = 'NetworkFailure';

  constructor(
    readonly kind: NetworkFailureKind,
    message: string,
  ) {
    super(message);
  }
}

export interface HostNetwork {
  /** It ends every request by itself, in real time; else whoever asks waits for as long as a client waits, in the world's time. */
  readonly patient?: true;
  /** @throws NetworkFailure when no answer came, and when the signal ended it */
  get(request: NetworkRequest, signal: AbortSignal): Promise<NetworkAnswer>;
}

/** In which nobody is. */
export const NOWHERE: HostNetwork = {
  get: ({ url }) => Promise.reject(new NetworkFailure('NoSuchHost', `nobody answers to ${originOf(url)}`)),
};

/** Several as one: whoever knows a host answers for it, the first of them where several do. */
export function joinNetworks(networks: readonly HostNetwork[]): HostNetwork {
  return {
    ...(networks.some(({ patient }) => patient === true) ? { patient: true } : {}),
    async get(request, signal): Promise<NetworkAnswer> {
      for (const network of networks) {
        const answer = await network.get(request, signal).catch((error: unknown) => unlessUnknown(error));
        if (answer !== undefined) return answer;
      }
      return NOWHERE.get(request, signal);
    },
  };
}

/** @throws what is another failure */
function unlessUnknown(error: unknown): undefined {
  if (error instanceof NetworkFailure && error.kind === 'NoSuchHost') return undefined;
  throw error;
}

/** For messages: a URL of an attempt is a secret. */
export function originOf(url: string): string {
  return URL.canParse(url) ? new URL(url).origin : 'what is no URL';
}
