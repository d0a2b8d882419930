// What the flags of `xenpool bmc probe` say, read and found to fit together.
import { readFileSync, statSync } from 'node:fs';
import type { IpmiOptions } from '../../bmc/ipmi/openIpmi';
import { fingerprintOf, type TlsPolicy, type TlsVersion, type Trust } from '../../foundation/wire/tlsPolicy';

/** As they stand on the command line. */
export interface ProbeOptions {
  readonly username?: string;
  readonly passwordFile?: string;
  readonly caFile?: string;
  readonly fingerprint: readonly string[];
  readonly insecureSkipVerify?: true;
  readonly tlsMinVersion: string;
  readonly allowPlaintext?: true;
  readonly ipmiCipherSuite: readonly string[];
  readonly ipmiPrivilege?: 'OPERATOR' | 'ADMINISTRATOR';
  readonly ipmiBootReadBack?: 'Exact' | 'DeviceOnly';
  readonly output: string;
}

export interface ProbeFlags {
  readonly username: string;
  /** A secret. */
  readonly password: string;
  readonly policy: TlsPolicy;
  readonly ipmi: IpmiOptions;
}

export interface WrongFlags {
  /** What is wrong with them, for a person. */
  readonly wrong: string;
}

type Environment = Readonly<Record<string, string | undefined>>;

/** Bytes of a password, or of a bundle of certificates. */
const MOST_BYTES = 1024 ** 2;

export function readProbeFlags(options: ProbeOptions, env: Environment): ProbeFlags | WrongFlags {
  const username = options.username ?? env['XENPOOL_BMC_USERNAME'];
  if (username === undefined) return { wrong: 'no user: give --username, or set XENPOOL_BMC_USERNAME' };
  const trust = trustOf(options);
  if ('wrong' in trust) return trust;
  const ipmi = ipmiOf(options);
  if ('wrong' in ipmi) return ipmi;
  const password = passwordOf(options, env);
  if (typeof password !== 'string') return password;
  const minVersion = options.tlsMinVersion as TlsVersion;
  return { username, password, policy: { trust, minVersion, allowPlaintext: options.allowPlaintext === true }, ipmi };
}

function ipmiOf({ ipmiCipherSuite, ipmiPrivilege, ipmiBootReadBack }: ProbeOptions): IpmiOptions | WrongFlags {
  const cipherSuites = ipmiCipherSuite.map(Number).filter((suite) => suite === 3 || suite === 17);
  if (cipherSuites.length < ipmiCipherSuite.length)
    return { wrong: `--ipmi-cipher-suite ${ipmiCipherSuite.join(', ')}: expected 17 or 3, of which both encrypt` };
  return {
    ...(cipherSuites.length === 0 ? {} : { cipherSuites }),
    ...(ipmiPrivilege === undefined ? {} : { privilege: ipmiPrivilege }),
    ...(ipmiBootReadBack === undefined ? {} : { readBack: ipmiBootReadBack }),
  };
}

function trustOf({ caFile, fingerprint, insecureSkipVerify }: ProbeOptions): Trust | WrongFlags {
  const given = [
    ...(caFile === undefined ? [] : ['--ca-file']),
    ...(fingerprint.length === 0 ? [] : ['--fingerprint']),
    ...(insecureSkipVerify === true ? ['--insecure-skip-verify'] : []),
  ];
  if (given.length > 1) return { wrong: `${given.join(' and ')} exclude each other: one of them says what is trusted` };
  if (insecureSkipVerify === true) return { kind: 'Unverified' };
  if (fingerprint.length > 0) return { kind: 'Fingerprints', sha256: new Set(fingerprint.map(fingerprintOf)) };
  if (caFile === undefined) return { kind: 'SystemRoots' };
  const pem = readText(caFile, '--ca-file');
  return typeof pem === 'string' ? { kind: 'CaBundle', pem } : pem;
}

/** Never on the command line, where everybody on the machine can read it. A file's last line break is no part of it. */
function passwordOf({ passwordFile }: ProbeOptions, env: Environment): string | WrongFlags {
  if (passwordFile !== undefined) {
    const text = readText(passwordFile, '--password-file');
    return typeof text === 'string' ? text.replace(/\r?\n$/, '') : text;
  }
  return env['XENPOOL_BMC_PASSWORD'] ?? { wrong: 'no password: give --password-file, or set XENPOOL_BMC_PASSWORD' };
}

function readText(path: string, flag: string): string | WrongFlags {
  try {
    const { size } = statSync(path);
    if (size > MOST_BYTES) return { wrong: `${flag} ${path}: ${size} bytes, expected at most ${MOST_BYTES}` };
    return readFileSync(path, 'utf8');
  } catch (error) {
    return { wrong: `${flag} ${path}: cannot be read (${(error as NodeJS.ErrnoException).code ?? String(error)})` };
  }
}
