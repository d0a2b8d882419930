// Ways to boot the virtual CD once that stand beside the boot override: the attributes of an iDRAC whose `Cd` is the physical drive, and the mark on a slot of an
// iLO (bmc.md 2.1, 2.2). Both are looked at whenever the override is read, because either can be what is left behind.
import { BmcError } from '../bmc';
import { at, entriesOf, listOf } from './json';
import type { Call } from './line';
import { cdSlots } from './slots';
import { patch } from './patch';
import { linkAt } from './places';
import { errorOf } from './refusal';
import type { Seat } from './seat';
import type { Resource } from './wire';

export interface OtherWay {
  /** Whether it is used in place of the override, and not only where that does not take. */
  readonly instead: boolean;
  /** Whether the BMC offers it. */
  readonly offered: boolean;
  /** For people. */
  readonly describe: string;
  readonly armed: (call: Call) => Promise<boolean>;
  readonly arm: (call: Call) => Promise<void>;
  readonly disarm: (call: Call) => Promise<void>;
}

/** @throws BmcError `Unsupported` only when it is to be armed and there is no way */
export async function otherWay(seat: Seat, call: Call): Promise<OtherWay | undefined> {
  const { prefers } = seat.machine.dialect;
  if (prefers.cdIsPhysical(seat.machine.said.firmware)) return attributes(seat);
  return prefers.bootsFromSlot ? slotMark(seat, call) : undefined;
}

const DEVICE = 'ServerBoot.1.FirstBootDevice';
const ONCE = 'ServerBoot.1.BootOnce';
const VIRTUAL_CD = 'VCD-DVD';

function attributes(seat: Seat): OtherWay {
  const { wire, machine } = seat;
  const manager = machine.manager?.body;
  const oem = listOf(at(manager, 'Links', 'Oem', 'Dell', 'DellAttributes'))[0];
  const path = linkAt(wire.origin, oem) ?? linkAt(wire.origin, manager, 'Attributes');
  const read = (call: Call): Promise<Resource | undefined> =>
    path === undefined ? Promise.resolve(undefined) : wire.find(path, call);
  const armed = (found: Resource | undefined): boolean =>
    at(found?.body, 'Attributes', ONCE) === 'Enabled' && at(found?.body, 'Attributes', DEVICE) === VIRTUAL_CD;
  const write = async (values: object, call: Call): Promise<void> => {
    const found = await read(call);
    if (found === undefined) {
      const message = `${call.verb}: with this firmware Cd is the physical drive, and the attributes that name the virtual one are not offered; update the iDRAC`;
      throw new BmcError('Unsupported', call.verb, message, 'CdIsPhysical');
    }
    await change(seat, found, { Attributes: values }, call);
  };
  return {
    instead: true,
    offered: path !== undefined,
    describe: `PATCH ${path ?? '(no attributes)'} {"Attributes":{"${ONCE}":"Enabled","${DEVICE}":"${VIRTUAL_CD}"}}`,
    armed: async (call) => armed(await read(call)),
    arm: (call) => write({ [ONCE]: 'Enabled', [DEVICE]: VIRTUAL_CD }, call),
    disarm: (call) => write({ [ONCE]: 'Disabled', [DEVICE]: 'Normal' }, call),
  };
}

const MARK = 'BootOnNextServerReset';

async function slotMark(seat: Seat, call: Call): Promise<OtherWay | undefined> {
  for (const { resource } of await cdSlots(seat, call)) {
    const maker = entriesOf(at(resource.body, 'Oem')).find(([, oem]) => at(oem, MARK) !== undefined)?.[0];
    if (maker === undefined) continue;
    const read = (later: Call): Promise<Resource> => seat.wire.get(resource.path, later);
    const write = async (value: boolean, later: Call): Promise<void> =>
      change(seat, await read(later), { Oem: { [maker]: { [MARK]: value } } }, later);
    return {
      instead: false,
      offered: true,
      describe: `PATCH ${resource.path} {"Oem":{"${maker}":{"${MARK}":true}}}`,
      armed: async (later) => at((await read(later)).body, 'Oem', maker, MARK) === true,
      arm: (later) => write(true, later),
      disarm: (later) => write(false, later),
    };
  }
  return undefined;
}

async function change({ wire, machine }: Seat, seen: Resource, body: object, call: Call): Promise<void> {
  const request = { seen, body, ifMatch: machine.dialect.prefers.ifMatch, same: () => true };
  const outcome = await patch(wire, request, call);
  // A lost answer: what is read back afterwards decides.
  if (outcome.kind === 'refused') throw errorOf(outcome.refusal, call.verb, `to change ${seen.path}`);
}
