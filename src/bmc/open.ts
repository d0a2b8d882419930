// From an address to the driver that speaks what is spoken there. The one place that knows all protocols.
import type { Clock } from '../foundation/clock';
import type { Random } from '../foundation/random';
import type { TlsPolicy } from '../foundation/wire/tlsPolicy';
import { parseBmcAddress } from './address';
import { type Bmc, BmcError } from './bmc';
import { createRedfishHttps } from './redfish/https';
import type { Intent } from './redfish/intents';
import type { Credentials } from './redfish/login';
import { createRedfish } from './redfish/redfish';
import type { ClosableBmcTransport } from './transport';

export interface OpenParts {
  /** `redfish+https://…` or `ipmi://…`. */
  readonly address: string;
  readonly credentials: Credentials;
  /** Of Redfish; IPMI has no such thing. */
  readonly policy: TlsPolicy;
  readonly clock: Clock;
  readonly random: Random;
  /** Where a person says what is trusted, for messages. */
  readonly settings: string;
  /** In place of HTTPS: a simulated BMC in this process, or a wire that counts. */
  readonly transportFor?: (origin: string) => ClosableBmcTransport;
  /** See RedfishParts. */
  readonly onSession?: (uri: string) => Promise<void>;
}

export interface OpenedBmc extends Bmc {
  /** URI of the session in use; undefined where there is none, as with basic authentication and IPMI. */
  readonly session: string | undefined;
  /** Ends a session of somebody else, as a successor does. @returns whether it was there */
  endSession(uri: string, signal: AbortSignal): Promise<boolean>;
  /** What each verb would send. Asks only. */
  intents(signal: AbortSignal): Promise<readonly Intent[]>;
}

/** Nothing is sent before a verb is asked for. @throws BmcError `Fatal` for an address that makes no sense, `Unsupported` for a protocol that is not spoken */
export function openBmc({ address, policy, clock, settings, transportFor, ...parts }: OpenParts): OpenedBmc {
  const place = parseBmcAddress(address, { allowPlaintext: policy.allowPlaintext });
  switch (place.protocol) {
    case 'redfish': {
      const { origin } = place;
      const transport = transportFor?.(origin) ?? createRedfishHttps({ origin, policy, clock, settings });
      return closing(createRedfish({ ...parts, address: place, transport, clock }), transport);
    }
    case 'ipmi':
      throw new BmcError(
        'Unsupported',
        'address',
        'ipmi:// is not spoken yet; give a redfish+https:// address',
        'ProtocolNotSpoken',
      );
  }
}

/** With the driver its connections are closed. */
function closing(driver: OpenedBmc, transport: ClosableBmcTransport): OpenedBmc {
  const close = driver.close.bind(driver);
  driver.close = async () => {
    await close();
    transport.close();
  };
  return driver;
}
