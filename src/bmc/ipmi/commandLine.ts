// Arguments of ipmitool, and what is refused before it is started (bmc.md 3.1).
import type { IpmiAddress } from '../address';
import { BmcError } from '../bmc';

/** Suites that encrypt. 0 has no security at all, and is not to be had. */
export type CipherSuite = 3 | 17;
export type Privilege = 'OPERATOR' | 'ADMINISTRATOR';

export interface IpmiCredentials {
  readonly username: string;
  readonly password: string;
}

/** Seconds until ipmitool sends again; each further try waits one second longer. */
const FIRST_TRY_S = 2;
const TRIES = 3;
/** What ipmitool needs at most to give up by itself, measured: twice the sum of its tries (bmc.md 3.2), and a little more. */
export const DEADLINE_MS = (2 * (FIRST_TRY_S + (FIRST_TRY_S + 1) + (FIRST_TRY_S + 2)) + 5) * 1_000;

/**
 * Everything but the password and how it is handed over. Exactly one `-v`: it is the only way to tell a wrong password from a BMC that is away, and tells no
 * secret; from three on ipmitool prints the password's bytes in hex.
 */
export function commandLine(
  address: IpmiAddress,
  username: string,
  cipher: CipherSuite,
  privilege: Privilege,
  command: readonly string[],
): readonly string[] {
  const where = ['-I', 'lanplus', '-H', address.host, '-p', String(address.port)];
  const how = ['-U', username, '-L', privilege, '-C', String(cipher), '-N', String(FIRST_TRY_S), '-R', String(TRIES), '-v'];
  return [...where, ...how, ...command];
}

const LONGEST_NAME = 16;
const LONGEST_PASSWORD = 20;

/** IPMI's own limits, told before a BMC counts a failed login. @throws BmcError Fatal `CredentialsInvalid` */
export function checkCredentials({ username, password }: IpmiCredentials): void {
  const refuse = (found: string, expected: string): never => {
    throw new BmcError('Fatal', 'open', `IPMI credentials: found ${found}, expected ${expected}`, 'CredentialsInvalid');
  };
  const name = Buffer.byteLength(username, 'utf8');
  if (name === 0 || name > LONGEST_NAME) refuse(`a username of ${name} bytes`, `1 to ${LONGEST_NAME}`);
  const secret = Buffer.byteLength(password, 'utf8');
  if (secret === 0 || secret > LONGEST_PASSWORD) refuse(`a password of ${secret} bytes`, `1 to ${LONGEST_PASSWORD}`);
  if ([...username, ...password].some((letter) => letter < ' ' || letter === '\x7f'))
    refuse('control characters in username or password', 'none');
}
