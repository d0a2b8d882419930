// What each verb would send to this BMC by Redfish.
import { overrideBodies, split } from './boot';
import { BmcError, type BootTarget } from '../bmc';
import type { Intent } from '../intent';
import { ejectBody, firstProperties, insertBody } from './insertPayload';
import type { Call } from './line';
import { candidates, type Candidate } from './media';
import { otherWay } from './otherBootWay';
import { readPlaces } from './override';
import { resetFor } from './power';
import { readSystem, type Seat } from './seat';
import { cdSlots, takesOurs } from './slots';

/** Stands for the image of a host. */
const IMAGE = (scheme: string): string => `${scheme}://BOOT-SERVER/…/boot.iso`;

export async function readIntents(seat: Seat, call: Call): Promise<readonly Intent[]> {
  const slots = await candidates(seat, await cdSlots(seat, call), call);
  return [
    { verb: 'power On', would: await ofPower(seat, 'On', call) },
    { verb: 'power Off', would: await ofPower(seat, 'Off', call) },
    { verb: 'boot Cd once', would: await ofBoot(seat, 'Cd', call) },
    { verb: 'boot Pxe once', would: await ofBoot(seat, 'Pxe', call) },
    { verb: 'insert media', would: ofMedia(seat, slots[0], 'insert') },
    { verb: 'eject media', would: ofMedia(seat, slots[0], 'eject') },
  ];
}

async function ofPower(seat: Seat, wanted: 'On' | 'Off', call: Call): Promise<string> {
  return orWhyNot(async () => {
    const { target, types } = await resetFor(seat, await readSystem(seat, call), wanted, call);
    return types[0] === undefined ? 'nothing: no reset type for it is listed' : line('POST', target, { ResetType: types[0] });
  });
}

async function ofBoot(seat: Seat, target: BootTarget, call: Call): Promise<string> {
  return orWhyNot(async () => {
    const other = target === 'Cd' ? await otherWay(seat, call) : undefined;
    if (other?.instead === true) return other.describe;
    const places = await readPlaces(seat, call);
    const [fullest] = overrideBodies(seat, places, target, undefined, call);
    return split(places, fullest!)
      .map(({ place, boot }) => line('PATCH', place.path, { Boot: boot }))
      .join(', ');
  });
}

function ofMedia({ machine }: Seat, candidate: Candidate | undefined, what: 'insert' | 'eject'): string {
  if (candidate === undefined || !takesOurs(candidate.door)) return 'nothing: no virtual CD that takes an image by HTTP or HTTPS';
  const { door } = candidate;
  const method = door.style === 'Patch' ? 'PATCH' : 'POST';
  if (what === 'eject') return line(method, door.eject, ejectBody(door, new Set(['Inserted'])));
  const said = firstProperties(door, machine.dialect.prefers.insertWith);
  const scheme = door.schemes.taken.includes('http') ? 'http' : 'https';
  return line(method, door.insert, insertBody(door, IMAGE(scheme), said));
}

/** What a BMC cannot do is an answer here; all else is an error. */
async function orWhyNot(work: () => Promise<string>): Promise<string> {
  try {
    return await work();
  } catch (error) {
    if (error instanceof BmcError && error.kind === 'Unsupported') return `nothing: ${error.message.replace(/^\w+: /, '')}`;
    throw error;
  }
}

function line(method: string, path: string, body: object): string {
  return `${method} ${path} ${JSON.stringify(body)}`;
}
