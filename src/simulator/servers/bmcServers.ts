// The BMCs of a served pool as servers: each at an address of its own, at the port of the hosts, for as long as the pool is served.
import type { BmcRequest } from '../../bmc/transport';
import type { HostUuid } from '../world';
import { BmcServer } from './bmcServer';
import type { Certificate } from './certificates';
import type { Intake } from './intake';

/** Where a host's BMC is to listen. */
export interface BmcPlace {
  readonly host: HostUuid;
  /** Of the host. */
  readonly name: string;
  /** A loopback address. */
  readonly address: string;
}

export interface BmcServersSettings {
  readonly places: readonly BmcPlace[];
  readonly port: number;
  readonly intake: Pick<Intake, 'serveBmc'>;
  readonly certificateOf: (address: string) => Certificate;
  readonly onDefect: (error: unknown) => void;
}

export interface BmcServers {
  /** Origins by host. */
  readonly origins: ReadonlyMap<HostUuid, string>;
  close(): void;
}

/** @throws the socket's error when an address or the port is not to be had: none listens then */
export async function openBmcServers(settings: BmcServersSettings): Promise<BmcServers> {
  const { places, port, intake, certificateOf, onDefect } = settings;
  const open: BmcServer[] = [];
  const close = (): void => open.splice(0).forEach((server) => server.close());
  try {
    for (const { host, address } of places) {
      const certificate = certificateOf(address);
      const bmc = { handle: (request: BmcRequest) => intake.serveBmc(host, request) };
      const server = new BmcServer({ bmc, address, certificate, onDefect });
      open.push(server);
      await server.open(port);
    }
  } catch (error) {
    close();
    throw error;
  }
  return { origins: new Map(places.map(({ host, address }) => [host, `https://${address}:${port}`])), close };
}
