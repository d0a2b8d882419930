// What the tests with IPMI BMCs of others have in common: our driver with the real ipmitool, in less of a hurry to be patient than the defaults are.
import { BmcError } from '../../../src/bmc/bmc';
import { type IpmiParts, openIpmi } from '../../../src/bmc/ipmi/openIpmi';
import type { IpmiBmc } from '../../../src/bmc/ipmi/ipmiBmc';
import { spawnIpmitool } from '../../../src/bmc/ipmi/spawnRun';
import { realClock } from '../../../src/foundation/realClock';

export const CREDENTIALS = { username: 'admin', password: 'a-Secret-7$x' } as const;
export const PRODUCT = { manufacturer: 'Example Inc.', name: 'R7', serial: 'SN0000001' } as const;
export const UUID = '4c4c4544-0042-3510-8051-b7c04f4a3732';
export const GUID = UUID.replaceAll('-', '');
export const patient = new AbortController().signal;

export type Driven = Partial<IpmiParts> & { readonly password?: string; readonly username?: string };

/** These BMCs know cipher suite 3 alone, and are not hurt by being asked at once. */
export function drive(port: number, { password, username, ...parts }: Driven = {}): IpmiBmc {
  const clock = realClock();
  const credentials = { username: username ?? CREDENTIALS.username, password: password ?? CREDENTIALS.password };
  const quick = { minGapMs: 0, pollMs: 50, powerSettleMs: 10_000, flagsSettleMs: 1_000, cipherSuites: [3] } as const;
  const run = spawnIpmitool({ clock });
  return openIpmi({ protocol: 'ipmi', host: '127.0.0.1', port }, credentials, { clock, run, ...quick, ...parts });
}

/** The error it ends with. */
export async function failure(work: Promise<unknown>): Promise<BmcError> {
  const error = await work.then(
    (value) => new Error(`expected a BmcError, got ${JSON.stringify(value)}`),
    (thrown: unknown) => thrown,
  );
  if (error instanceof BmcError) return error;
  throw error;
}
