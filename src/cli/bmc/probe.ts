// One look at a BMC: everything it can be asked, and what would be done to it, without doing any of it.
import { BmcError, type BootOverride, type Capabilities, type MediaSlot, type PowerState } from '../../bmc/bmc';
import type { Intent } from '../../bmc/intent';
import { openBmc, type OpenedBmc } from '../../bmc/open';
import { realClock } from '../../foundation/realClock';
import { systemRandom } from '../../foundation/systemRandom';
import type { ProbeFlags } from './probeFlags';

export interface Probed {
  readonly outcome: 'Probed';
  readonly address: string;
  readonly capabilities: Capabilities;
  /** As it is now. */
  readonly state: {
    readonly power: PowerState;
    readonly boot: BootOverride;
    readonly media: readonly MediaSlot[];
    readonly bootProgress: string;
  };
  /** The first request of each verb. */
  readonly would: readonly Intent[];
}

export interface NotProbed {
  readonly outcome: 'Invalid' | 'Failed';
  readonly address: string;
  /** Kind of the error, or `BadFlag`. */
  readonly reason: string;
  readonly message: string;
}

export type Finding = Probed | NotProbed;

/** The first word to stop ends it, and the session with it. */
export async function probe(address: string, { username, password, policy, ipmi }: ProbeFlags): Promise<Finding> {
  const stop = new AbortController();
  const end = (): void => stop.abort();
  process.once('SIGINT', end).once('SIGTERM', end);
  const parts = { address, credentials: { username, password }, policy, ipmi, clock: realClock(), random: systemRandom() };
  let bmc: OpenedBmc | undefined;
  try {
    bmc = openBmc({ ...parts, settings: 'spec.hosts[].bmc.tls' });
    return { outcome: 'Probed', address, ...(await look(bmc, stop.signal)) };
  } catch (error) {
    if (!(error instanceof BmcError)) throw error;
    const reason = error.reason === '' ? error.kind : `${error.kind}/${error.reason}`;
    return {
      outcome: error.reason === 'BadAddress' ? 'Invalid' : 'Failed',
      address,
      reason,
      message: `${error.message}${hint(error)}`,
    };
  } finally {
    await bmc?.close();
    process.off('SIGINT', end).off('SIGTERM', end);
  }
}

/** Messages name the manifest's fields. */
function hint({ reason }: BmcError): string {
  if (reason === 'TlsUntrusted') return ' (here: --ca-file, --fingerprint, --tls-min-version, --allow-plaintext)';
  if (reason === 'CipherRefused') return ' (here: --ipmi-cipher-suite)';
  return reason === 'PrivilegeMissing' ? ' (here: --ipmi-privilege)' : '';
}

async function look(bmc: OpenedBmc, signal: AbortSignal): Promise<Omit<Probed, 'outcome' | 'address'>> {
  const capabilities = await bmc.probe(signal);
  const power = await bmc.power(signal);
  const boot = await bmc.boot(signal);
  // IPMI has none, and refuses to be asked.
  const media = bmc.protocol === 'ipmi' ? [] : await bmc.media(signal);
  const bootProgress = await bmc.bootProgress(signal);
  return { capabilities, state: { power, boot, media, bootProgress }, would: await bmc.intents(signal) };
}
