// From an address to the driver that speaks what is spoken there. The one place that knows all protocols.
import type { Clock } from '../foundation/clock';
import type { Random } from '../foundation/random';
import type { TlsPolicy } from '../foundation/wire/tlsPolicy';
import { type BmcAddress, hostOf, type IpmiAddress, parseBmcAddress, type RedfishAddress } from './address';
import type { Bmc } from './bmc';
import type { Intent } from './intent';
import type { IpmiBmc } from './ipmi/ipmiBmc';
import { type IpmiOptions, openIpmi } from './ipmi/openIpmi';
import type { IpmitoolRun } from './ipmi/run';
import { spawnIpmitool } from './ipmi/spawnRun';
import { Lane, type Lanes } from './lane';
import { type MayLeave, permitted } from './permit';
import { createRedfishHttps } from './redfish/https';
import type { Credentials } from './redfish/login';
import { createRedfish } from './redfish/redfish';
import type { SessionBooks } from './sessionBook';
import type { ClosableBmcTransport } from './transport';

export interface OpenParts {
  /** `redfish+https://…` or `ipmi://…`. */
  readonly address: string;
  readonly credentials: Credentials;
  /** Of Redfish; IPMI has no such thing. */
  readonly policy: TlsPolicy;
  /** Of IPMI; Redfish has no such thing. */
  readonly ipmi?: IpmiOptions;
  readonly clock: Clock;
  readonly random: Random;
  /** Where a person says what is trusted, for messages. */
  readonly settings: string;
  /** Of all that this process speaks to. Default: a lane of its own. */
  readonly lanes?: Lanes;
  /** In place of HTTPS: a simulated BMC in this process, or a wire that counts. */
  readonly transportFor?: (origin: string) => ClosableBmcTransport;
  /** In place of the program `ipmitool`. */
  readonly run?: IpmitoolRun;
  /** Awaited right before each request that changes something; what it throws ends the verb, and nothing is sent. */
  readonly mayLeave?: MayLeave;
  /** Of Redfish: where sessions are accounted for. Default: nowhere. */
  readonly books?: SessionBooks | undefined;
}

export interface OpenedBmc extends Bmc {
  readonly protocol: 'redfish' | 'ipmi';
  /** URI of the session in use; undefined where there is none, as with basic authentication and IPMI. */
  readonly session: string | undefined;
  /** What each verb would send. Asks only. */
  intents(signal: AbortSignal): Promise<readonly Intent[]>;
}

/** Nothing is sent before a verb is asked for. @throws BmcError `Fatal` for an address that makes no sense, or credentials beyond the limits of IPMI */
export function openBmc(parts: OpenParts): OpenedBmc {
  const place = parseBmcAddress(parts.address, { allowPlaintext: parts.policy.allowPlaintext });
  return place.protocol === 'redfish' ? byRedfish(place, parts) : byIpmi(place, parts);
}

function byRedfish(place: RedfishAddress, parts: OpenParts): OpenedBmc {
  const { policy, clock, random, credentials, settings, transportFor, books, mayLeave } = parts;
  const { origin } = place;
  const wire = transportFor?.(origin) ?? createRedfishHttps({ origin, policy, clock, settings });
  const transport = mayLeave === undefined ? wire : permitted(wire, mayLeave);
  const kept = books === undefined ? {} : { book: books.at(origin) };
  const driver = createRedfish({ address: place, credentials, transport, clock, random, lane: laneOf(place, parts), ...kept });
  const close = driver.close.bind(driver);
  // With the driver its connections are closed.
  const closing = async (): Promise<void> => {
    await close();
    transport.close();
  };
  return Object.assign(driver, { protocol: 'redfish' as const, close: closing });
}

function byIpmi(place: IpmiAddress, parts: OpenParts): OpenedBmc {
  const { clock, credentials, ipmi, run = spawnIpmitool({ clock }), mayLeave } = parts;
  const asked = mayLeave === undefined ? {} : { mayLeave };
  const driver: IpmiBmc = openIpmi(place, credentials, { ...ipmi, clock, run, lane: laneOf(place, parts), ...asked });
  // Each run of ipmitool ends its own session.
  return Object.assign(driver, { protocol: 'ipmi' as const, session: undefined });
}

/** By the host alone: both protocols of a BMC are spoken by the same small computer. */
function laneOf(place: BmcAddress, { lanes, clock }: OpenParts): Lane {
  return lanes?.of(hostOf(place)) ?? new Lane(clock);
}
