// A simulated BMC behind a real socket, for tests of what speaks HTTPS.
import { seededRandom } from '../../../src/foundation/random';
import { realClock } from '../../../src/foundation/realClock';
import { createLoneChassis, type LoneChassis } from '../../../src/simulator/bmc/chassis';
import { profileOf } from '../../../src/simulator/bmc/profiles';
import { SimulatedBmc } from '../../../src/simulator/bmc/simulatedBmc';
import { BmcServer } from '../../../src/simulator/servers/bmcServer';
import { type Certificate, createAuthority } from '../../../src/simulator/servers/certificates';

export interface ServedBmc {
  readonly bmc: SimulatedBmc;
  readonly chassis: LoneChassis;
  /** `https://127.0.0.1:…`. */
  readonly origin: string;
  readonly certificate: Certificate;
  /** PEM. */
  readonly authority: string;
  /** Errors that are none of the simulated world. */
  readonly defects: readonly unknown[];
  close(): void;
}

/** @param paceMs milliseconds of the self-test, and of what else takes its time */
export async function serveBmc(id: string, credentials: { username: string; password: string }, paceMs = 50): Promise<ServedBmc> {
  const clock = realClock();
  const random = seededRandom(5);
  const authority = createAuthority(random, clock.now());
  const certificate = authority.issue('127.0.0.1');
  const identity = {
    manufacturer: '',
    model: '',
    serial: 'SN0001',
    uuid: '00000000-0000-4000-8000-000000000001',
    macs: ['00:16:3e:00:00:01'],
  };
  const chassis = createLoneChassis({ clock, identity, power: 'On', postMs: paceMs, shutdownMs: paceMs });
  const played = profileOf(id);
  const profile = { ...played, reset: { ...played.reset, lagMs: paceMs } };
  const bmc = new SimulatedBmc({ profile, chassis, credentials, clock, random, latencyMs: 1 });
  const defects: unknown[] = [];
  const server = new BmcServer({ bmc, address: '127.0.0.1', certificate, onDefect: (error) => void defects.push(error) });
  const port = await server.open(0);
  return {
    bmc,
    chassis,
    origin: `https://127.0.0.1:${port}`,
    certificate,
    authority: authority.certificate,
    defects,
    close: () => server.close(),
  };
}
