// One look at a machine by its BMC: who it says it is, what state it is in and what it can be told. Whose BMC it is, is asked at every look.
import { Aborted, deadline } from '../../foundation/clock';
import type { Fact } from '../../foundation/fact';
import {
  BmcError,
  type BootOverride,
  type Capabilities,
  type FirmwareMode,
  type MediaSlot,
  type PowerState,
} from '../../bmc/bmc';
import { type ExpectedIdentity, judgeIdentity } from '../../bmc/identity';
import type { BmcAnswer } from '../../plan/checks/bootTraits';
import type { Attempt } from '../../bmc/policy/attempts';
import type { MachineAttempt, MachineSight } from '../../upgrade/machineSight';
import { iso, minutes } from '../../upgrade/time';
import type { MachinesParts, MediaPlace } from './parts';
import { advised } from './advice';
import { offered } from './offered';
import type { OperatedBmc } from './openNamed';

export type Look =
  | { readonly kind: 'Seen'; readonly machine: MachineSight }
  /** Nobody was asked. */
  | { readonly kind: 'NotAsked'; readonly why: string }
  | { readonly kind: 'Refused'; readonly error: BmcError };

/** For all that is asked at one look, by a second protocol where the first is given up. */
const PATIENCE = minutes(5);

/** @throws KubeError when the cluster does not answer */
export async function look(parts: MachinesParts, host: string): Promise<Look> {
  const { signal, dispose } = deadline(parts.clock, PATIENCE);
  try {
    const bmc = await parts.bmcOf(host);
    if (bmc === undefined) return { kind: 'NotAsked', why: 'the manifest names no BMC of this host' };
    const expected = parts.expectedOf(host);
    if (!expected.known) return { kind: 'NotAsked', why: expected.why };
    return await ask(bmc, expected.value, { parts, host }, signal);
  } catch (error) {
    if (error instanceof BmcError) return { kind: 'Refused', error };
    if (!(error instanceof Aborted) || !signal.aborted) throw error;
    const message = `it did not tell all that was asked within ${PATIENCE / 1000} s`;
    return { kind: 'Refused', error: new BmcError('Unreachable', 'probe', message, 'Slow') };
  } finally {
    dispose();
  }
}

interface Asking {
  readonly parts: MachinesParts;
  readonly host: string;
}

async function ask(bmc: OperatedBmc, expected: ExpectedIdentity, { parts, host }: Asking, signal: AbortSignal): Promise<Look> {
  const found = await bmc.probe(signal);
  const power = await bmc.power(signal);
  const override = await bmc.boot(signal);
  const slots = found.media === undefined ? undefined : await bmc.media(signal);
  const kindOf: KindOf = (image) => parts.media?.kindOf(host, image) ?? 'Foreign';
  const own = { kindOf, firmware: parts.firmwareOf(host), attempts: bmc.attempts() };
  const machine = sightOf(found, expected, { power, override, slots, ...own });
  const why = found.standsIn === true ? halfKnown(machine, parts.needsMedia(host)) : undefined;
  return why === undefined ? { kind: 'Seen', machine } : { kind: 'NotAsked', why: `Redfish does not answer, and by IPMI ${why}` };
}

/** As the heart takes it. */
export function machineFact(seen: Look): Fact<MachineSight> {
  switch (seen.kind) {
    case 'Seen':
      return { known: true, value: seen.machine };
    case 'NotAsked':
      return { known: false, why: seen.why };
    case 'Refused': {
      const { kind, reason } = seen.error;
      return { known: false, why: `${kind}${reason === '' ? '' : ` (${reason})`}: ${advised(seen.error)}` };
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
      const { kind, reason } = seen.error;
      const message = advised(seen.error);
      const why = reason === '' ? message : `${message} (${reason})`;
      return { kind: kind === 'Unauthorized' || kind === 'Unreachable' ? kind : 'Failed', why };
    }
  }
}

type KindOf = (image: string) => ReturnType<MediaPlace['kindOf']>;

/** What the protocol that stands in does not tell is not absent. @returns undefined where it tells enough */
function halfKnown({ identity, withheld }: MachineSight, needsMedia: boolean): string | undefined {
  if (needsMedia) return 'nobody tells of the virtual drive';
  return identity.kind === 'Unproven' ? identity.why : withheld;
}

interface Readings {
  readonly power: PowerState;
  readonly override: BootOverride;
  /** Undefined: it has no drive that may be used. */
  readonly slots: readonly MediaSlot[] | undefined;
  readonly kindOf: KindOf;
  readonly firmware: FirmwareMode | undefined;
  readonly attempts: readonly Attempt[];
}

function sightOf(found: Capabilities, expected: ExpectedIdentity, readings: Readings): MachineSight {
  const { power, override, slots, kindOf, firmware, attempts } = readings;
  return {
    power,
    identity: identityOf(found, expected),
    override: override.target === 'Hdd' ? 'Other' : override.target,
    media: slots === undefined ? 'Unsupported' : mediaIn(slots, kindOf),
    ...(found.media === undefined || found.media.assumed ? {} : { schemes: found.media.schemes }),
    ...offered(found, override, firmware),
    attempts: attempts.map(told),
  };
}

function identityOf({ identity }: Capabilities, expected: ExpectedIdentity): MachineSight['identity'] {
  const verdict = judgeIdentity(identity, expected);
  const { serial, uuid, macs } = identity;
  if (verdict.kind === 'Proved') return { kind: 'Proven', as: JSON.stringify({ serial, uuid, macs: macs.slice(0, 8) }) };
  return { kind: verdict.kind === 'Contradicted' ? 'Mismatch' : 'Unproven', why: verdict.why };
}

function told({ at, protocol, verb, outcome, reason }: Attempt): MachineAttempt {
  return { at: iso(at), protocol, verb, outcome, reason };
}

/** In any of the virtual CDs: a machine told to boot from CD may take either, and ours may have gone into the second where the first refused it. */
function mediaIn(slots: readonly MediaSlot[], kindOf: KindOf): MachineSight['media'] {
  const kinds = slots.filter(({ inserted }) => inserted).map(({ image }) => kindOf(image));
  if (kinds.length === 0) return 'None';
  return (['Foreign', 'Stale'] as const).find((kind) => kinds.includes(kind)) ?? 'Ours';
}
