// One look at a machine by its BMC: who it says it is, what state it is in and what it can be told. Whose BMC it is, is asked at every look.
import { Aborted, deadline } from '../../foundation/clock';
import type { Fact } from '../../foundation/fact';
import { type Bmc, BmcError, type BootOverride, type Capabilities, type MediaSlot, type PowerState } from '../../bmc/bmc';
import { type ExpectedIdentity, judgeIdentity } from '../../bmc/identity';
import type { BmcAnswer } from '../../plan/checks/bootTraits';
import type { MachineSight } from '../../upgrade/machineSight';
import { minutes } from '../../upgrade/time';
import type { MachinesParts } from './machines';

export type Look =
  | { readonly kind: 'Seen'; readonly machine: MachineSight }
  /** Nobody was asked. */
  | { readonly kind: 'NotAsked'; readonly why: string }
  | { readonly kind: 'Refused'; readonly error: BmcError };

/** For all that is asked at one look. */
const PATIENCE = minutes(1);

/** Logins that were refused, by the driver that was opened with them: BMCs lock accounts, so none is tried twice. */
const refusals = new WeakMap<Bmc, BmcError>();

/** @throws KubeError when the cluster does not answer */
export async function look(parts: MachinesParts, host: string): Promise<Look> {
  const { signal, dispose } = deadline(parts.clock, PATIENCE);
  try {
    const bmc = await parts.bmcOf(host);
    if (bmc === undefined) return { kind: 'NotAsked', why: 'the manifest names no BMC of this host' };
    const before = refusals.get(bmc);
    if (before !== undefined) return { kind: 'Refused', error: before };
    const expected = parts.expectedOf(host);
    if (!expected.known) return { kind: 'NotAsked', why: expected.why };
    return await ask(bmc, expected.value, parts, signal);
  } catch (error) {
    if (error instanceof BmcError) return { kind: 'Refused', error };
    if (!(error instanceof Aborted) || !signal.aborted) throw error;
    const message = `it did not tell all that was asked within ${PATIENCE / 1000} s`;
    return { kind: 'Refused', error: new BmcError('Unreachable', 'probe', message, 'Slow') };
  } finally {
    dispose();
  }
}

async function ask(bmc: Bmc, expected: ExpectedIdentity, parts: MachinesParts, signal: AbortSignal): Promise<Look> {
  try {
    const found = await bmc.probe(signal);
    const power = await bmc.power(signal);
    const override = await bmc.boot(signal);
    const slots = found.media === undefined ? undefined : await bmc.media(signal);
    const isOurs = (image: string): boolean => parts.media?.isOurs(image) === true;
    return { kind: 'Seen', machine: sightOf(found, expected, { power, override, slots, isOurs }) };
  } catch (error) {
    // Who lacks a right was let in all the same.
    if (error instanceof BmcError && error.kind === 'Unauthorized' && error.reason !== 'PrivilegeMissing')
      refusals.set(bmc, error);
    throw error;
  }
}

/** As the heart takes it. */
export function machineFact(seen: Look): Fact<MachineSight> {
  switch (seen.kind) {
    case 'Seen':
      return { known: true, value: seen.machine };
    case 'NotAsked':
      return { known: false, why: seen.why };
    case 'Refused': {
      const { kind, reason, message } = seen.error;
      return { known: false, why: `${kind}${reason === '' ? '' : ` (${reason})`}: ${message}` };
    }
  }
}

/** As the checks take it. */
export function bmcAnswer(seen: Look): BmcAnswer {
  switch (seen.kind) {
    case 'Seen':
      return { kind: 'Told', machine: seen.machine };
    case 'NotAsked':
      return { kind: 'Failed', why: seen.why };
    case 'Refused': {
      const { kind, reason, message } = seen.error;
      const why = reason === '' ? message : `${message} (${reason})`;
      return { kind: kind === 'Unauthorized' || kind === 'Unreachable' ? kind : 'Failed', why };
    }
  }
}

interface Readings {
  readonly power: PowerState;
  readonly override: BootOverride;
  /** Undefined: it has no drive that may be used. */
  readonly slots: readonly MediaSlot[] | undefined;
  readonly isOurs: (image: string) => boolean;
}

function sightOf(found: Capabilities, expected: ExpectedIdentity, { power, override, slots, isOurs }: Readings): MachineSight {
  const { targets } = found.bootOnce;
  return {
    power,
    identity: identityOf(found, expected),
    override: override.target === 'Hdd' ? 'Other' : override.target,
    media: slots === undefined ? 'Unsupported' : mediaIn(slots, isOurs),
    targets: targets.filter((target) => target === 'Cd' || target === 'Pxe'),
  };
}

function identityOf({ identity }: Capabilities, expected: ExpectedIdentity): MachineSight['identity'] {
  const verdict = judgeIdentity(identity, expected);
  const { serial, uuid, macs } = identity;
  if (verdict.kind === 'Proved') return { kind: 'Proven', as: JSON.stringify({ serial, uuid, macs: macs.slice(0, 8) }) };
  return { kind: verdict.kind === 'Contradicted' ? 'Mismatch' : 'Unproven', why: verdict.why };
}

/** In any of the virtual CDs: a machine told to boot from CD may take either, and ours may have gone into the second where the first refused it. */
function mediaIn(slots: readonly MediaSlot[], isOurs: (image: string) => boolean): MachineSight['media'] {
  const inserted = slots.filter((slot) => slot.inserted);
  if (inserted.length === 0) return 'None';
  return inserted.every(({ image }) => isOurs(image)) ? 'Ours' : 'Foreign';
}
