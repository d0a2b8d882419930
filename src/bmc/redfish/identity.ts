// Who the machine says it is (bmc.md 1.5): what is compared with what the pool knows of its host before anything is done to it.
import type { MachineIdentity } from '../bmc';
import { at, textOf } from './json';
import type { Call } from './line';
import { members } from './machine';
import { linkAt } from './places';
import type { Seat } from './seat';
import type { Resource } from './wire';

/** Network interfaces that are asked for their addresses. */
const MOST_INTERFACES = 32;

export async function readIdentity(seat: Seat, system: Resource, call: Call): Promise<MachineIdentity> {
  const { body } = system;
  const word = (name: string): string => textOf(at(body, name)).trim();
  const preferred = word(seat.machine.dialect.prefers.serialIn);
  return {
    manufacturer: word('Manufacturer'),
    model: word('Model'),
    serial: preferred === '' ? word('SerialNumber') : preferred,
    uuid: word('UUID').toLowerCase(),
    macs: await readMacs(seat, system, call),
  };
}

async function readMacs({ wire }: Seat, system: Resource, call: Call): Promise<readonly string[]> {
  const collection = linkAt(wire.origin, system.body, 'EthernetInterfaces');
  const there = collection === undefined ? undefined : await wire.find(collection, call);
  if (there === undefined) return [];
  const macs = new Set<string>();
  for (const path of (await members(wire, there.path, call)).slice(0, MOST_INTERFACES)) {
    const nic = await wire.find(path, call);
    for (const name of ['MACAddress', 'PermanentMACAddress']) {
      const mac = textOf(at(nic?.body, name)).toLowerCase().replaceAll('-', ':');
      if (/^([0-9a-f]{2}:){5}[0-9a-f]{2}$/.test(mac)) macs.add(mac);
    }
  }
  return [...macs];
}
