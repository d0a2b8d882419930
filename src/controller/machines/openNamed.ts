// From what a manifest and its Secrets say of a BMC to that BMC as the operator uses it: by one protocol, or by two where the manifest allows it, each proved to be
// the BMC of this very machine before its first order, and in the lane that everybody goes by who speaks to it.
import type { BmcSettings, IpmiSettings } from '../../api/generated/poolUpgrade';
import type { Clock } from '../../foundation/clock';
import type { Fact } from '../../foundation/fact';
import type { Random } from '../../foundation/random';
import { fingerprintOf, type TlsPolicy, type Trust } from '../../foundation/wire/tlsPolicy';
import { type Bmc, BmcError, type Capabilities } from '../../bmc/bmc';
import { assertIdentity, type ExpectedIdentity } from '../../bmc/identity';
import type { IpmiOptions } from '../../bmc/ipmi/openIpmi';
import type { Lanes } from '../../bmc/lane';
import { Permit } from '../../bmc/permit';
import { openBmc, type OpenedBmc, type OpenParts } from '../../bmc/open';
import type { SessionBooks } from '../../bmc/sessionBook';
import type { Attempt } from '../../bmc/policy/attempts';
import { PolicyBmc } from '../../bmc/policy/policyBmc';
import type { FallbackVerb, PolicyMemory } from '../../bmc/policy/routes';

export interface BmcLogin {
  readonly username: string;
  /** A secret. */
  readonly password: string;
}

export interface BmcTrust {
  /** PEM; undefined: the certificates of the system, or the fingerprints of the settings. */
  readonly caBundle: string | undefined;
}

/** A BMC as a manifest names it, with what its Secrets hold. */
export interface NamedBmc {
  readonly settings: BmcSettings;
  readonly login: BmcLogin;
  /** For the fallback; undefined where none is named. */
  readonly fallbackLogin: BmcLogin | undefined;
  readonly trust: BmcTrust;
  /** Who the machine must be, asked when that is to be proved. */
  readonly expected: () => Fact<ExpectedIdentity>;
  /** Where its sessions are accounted for; undefined: nowhere. */
  readonly sessions?: SessionBooks;
  /** What the one before it knew, where the manifest or a Secret has changed since. */
  readonly resume: PolicyMemory | undefined;
}

/** A BMC that remembers what was tried, and by which protocol. */
export interface OperatedBmc extends Bmc {
  /** The newest last; 32 at most. */
  attempts(): readonly Attempt[];
  memory(): PolicyMemory;
  /** Asked before each request that changes something. */
  readonly permit: Permit;
}

/** Opens the way to a BMC; nothing is sent yet. @throws BmcError for an address that makes no sense, and credentials that IPMI cannot take */
export type OpenBmc = (named: NamedBmc) => OperatedBmc;

/** What a process has for all BMCs that it speaks to. */
export interface BmcWires extends Pick<OpenParts, 'transportFor' | 'run'> {
  /** Time as it really passes. */
  readonly clock: Clock;
  readonly random: Random;
  readonly lanes: Lanes;
}

export function bmcOpener(wires: BmcWires): OpenBmc {
  return (named) => {
    const { settings, login, fallbackLogin, trust, expected, sessions, resume } = named;
    const { fallback } = settings;
    const permit = new Permit();
    const operated = (bmc: PolicyBmc): OperatedBmc => Object.assign(bmc, { permit });
    const asked = { mayLeave: permit.asked };
    const common = {
      ...wires,
      ...asked,
      books: sessions,
      policy: policyOf(settings, trust),
      ipmi: ipmiOf(settings.ipmi),
      settings: 'spec.hosts[].bmc.tls',
    };
    const way = (bmc: OpenedBmc): { protocol: OpenedBmc['protocol']; bmc: Bmc } => ({ protocol: bmc.protocol, bmc });
    const primary = way(openBmc({ ...common, address: settings.address, credentials: login }));
    const identify = (found: Capabilities): void => prove(found, expected());
    const parts = { clock: wires.clock, random: wires.random, primary, identify, ...(resume === undefined ? {} : { resume }) };
    if (fallback === undefined || fallbackLogin === undefined) return operated(new PolicyBmc(parts));
    const secondary = way(openBmc({ ...common, address: fallback.address, credentials: fallbackLogin }));
    return operated(new PolicyBmc({ ...parts, secondary, fallback: fallback.verbs.flatMap((verb) => VERBS[verb]) }));
  };
}

const VERBS: Readonly<Record<'Power' | 'Boot', readonly FallbackVerb[]>> = {
  Power: ['power', 'setPower'],
  Boot: ['setBootOnce'],
};

function prove(found: Capabilities, expected: Fact<ExpectedIdentity>): void {
  if (expected.known) return assertIdentity(found, expected.value);
  const message = `what answers by ${found.protocol} is not proved to be the BMC of this machine: ${expected.why}`;
  throw new BmcError('Mismatch', 'identity', message, 'IdentityUnknown');
}

function policyOf({ tls }: BmcSettings, trust: BmcTrust): TlsPolicy {
  return { trust: trustOf(tls, trust), minVersion: tls.minVersion, allowPlaintext: tls.allowPlaintext };
}

function trustOf({ insecureSkipVerify, fingerprints }: BmcSettings['tls'], { caBundle }: BmcTrust): Trust {
  if (insecureSkipVerify) return { kind: 'Unverified' };
  if (fingerprints !== undefined && fingerprints.length > 0)
    return { kind: 'Fingerprints', sha256: new Set(fingerprints.map(fingerprintOf)) };
  return caBundle === undefined ? { kind: 'SystemRoots' } : { kind: 'CaBundle', pem: caBundle };
}

function ipmiOf(settings: IpmiSettings | undefined): IpmiOptions {
  if (settings === undefined) return {};
  const { cipherSuites, privilege, bootReadBack } = settings;
  // A set has no order; the strongest is tried first.
  const suites = cipherSuites === undefined ? {} : { cipherSuites: [...cipherSuites].sort((one, other) => other - one) };
  return { ...suites, privilege, readBack: bootReadBack };
}
