// Settings that no record tells and only the host itself says: how far its clock is off, how its local time lies to UTC, and which certificate it shows.
import { X509Certificate } from 'node:crypto';
import type { Clock } from '../../../foundation/clock';
import type { Settings } from '../../../plan/settings';
import type { XapiClient } from '../../../xenapi/client';
import { XapiError } from '../../../xenapi/error';
import type { Ref } from '../../../xenapi/records/records';
import type { Records } from '../records';
import { parseServerTime } from '../serverTime';
import { type Entry, entries } from './printed';

/** Seconds by which two clocks may differ without harm (reference 6.1). */
const ALIKE = 5;
const PATIENCE = { deadlineMs: 20_000 };

interface Asked {
  readonly client: XapiClient;
  readonly clock: Clock;
}

/**
 * By host uuid. A host that does not answer, or whose release has no such call, says less.
 * @param hostInWork that host alone is asked; all of them while none is in work
 */
export async function hostAnswers(
  asked: Asked,
  records: Records,
  hostInWork: string | undefined,
): Promise<Readonly<Record<string, Settings>>> {
  const answers: Record<string, Settings> = {};
  for (const [ref, host] of records('host')) {
    if (hostInWork !== undefined && host.uuid !== hostInWork) continue;
    answers[host.uuid] = Object.fromEntries([...(await clockOf(asked, ref)), ...(await certificateOf(asked, ref))]);
  }
  return answers;
}

async function clockOf({ client, clock }: Asked, ref: Ref): Promise<readonly Entry[]> {
  const time = await secondsBy(client, 'host.get_servertime', ref);
  if (time === undefined) return [];
  const off = Math.round(time - clock.now() / 1000);
  const local = await secondsBy(client, 'host.get_server_localtime', ref);
  // Two questions, between which time passes: zones lie a quarter of an hour apart at least.
  const zone = local === undefined ? undefined : 15 * Math.round((local - time) / 900);
  return entries('clock', {
    skew: Math.abs(off) <= ALIKE ? `within ${ALIKE} s` : `${off > 0 ? '+' : ''}${off} s`,
    zone: zone === undefined ? undefined : `${zone < 0 ? '' : '+'}${zone} min`,
  });
}

async function secondsBy(client: XapiClient, call: string, ref: Ref): Promise<number | undefined> {
  const text = await ask(client, call, ref);
  const time = text === undefined ? undefined : parseServerTime(text);
  return time?.known === true ? time.value : undefined;
}

async function certificateOf({ client }: Asked, ref: Ref): Promise<readonly Entry[]> {
  const pem = await ask(client, 'host.get_server_certificate', ref);
  return entries('host', { certificate: pem === undefined ? undefined : fingerprintOf(pem) });
}

function fingerprintOf(pem: string): string | undefined {
  try {
    return new X509Certificate(pem).fingerprint256;
  } catch {
    // What a host shows may be no certificate at all; then there is nothing to compare.
    return undefined;
  }
}

/** Undefined when the host does not say. */
async function ask(client: XapiClient, call: string, ref: Ref): Promise<string | undefined> {
  try {
    return await client.call<string>(call, [ref], PATIENCE);
  } catch (error) {
    if (error instanceof XapiError) return undefined;
    throw error;
  }
}
