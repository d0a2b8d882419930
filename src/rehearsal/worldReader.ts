// What a rehearsal reads off the world's own database: names, roles, and whom a fault can name.
import type { FaultTargets } from '../simulator/faults';
import type { LiveDatabase, Ref } from '../simulator/pool/liveDatabase';

export interface WorldReader {
  hostName(uuid: string): string;
  vmName(uuid: string): string;
  /** As they come to their turn: the master first, then what `spec.order` says, then fewest guests first. */
  hosts(): readonly { readonly uuid: string; readonly name: string; readonly role: 'master' | 'member' }[];
  faultTargets(): FaultTargets;
}

/** @param wished `spec.order`. Who comes when is settled by the world as it is now, before anything moves. */
export function createWorldReader(database: LiveDatabase, wished: readonly string[] = []): WorldReader {
  const nameOf = (table: string, uuid: string): string => String(database.byUuid(table, uuid)?.record['name_label'] ?? uuid);
  const inOrder = hostsInOrder(database, wished);
  const hosts: WorldReader['hosts'] = () => inOrder;
  const vms = (): FaultTargets['vms'] =>
    [...database.records('VM').values()].map((record) => ({ uuid: String(record['uuid']), name: String(record['name_label']) }));
  return {
    hostName: (uuid) => nameOf('host', uuid),
    vmName: (uuid) => nameOf('VM', uuid),
    hosts,
    faultTargets: () => ({ hosts: hosts(), vms: vms() }),
  };
}

type Entry = ReturnType<WorldReader['hosts']>[number];

function hostsInOrder(database: LiveDatabase, wished: readonly string[]): readonly Entry[] {
  const master = [...database.records('pool').values()][0]?.['master'];
  const all = [...database.records('host')].map(([ref, record]) => {
    const role: Entry['role'] = ref === master ? 'master' : 'member';
    return { uuid: String(record['uuid']), name: String(record['name_label']), role, guests: guestsOn(database, ref) };
  });
  const place = ({ uuid, name, role }: Entry): number => {
    const wish = wished.findIndex((host) => host === uuid || host === name);
    return role === 'master' ? -1 : wish < 0 ? wished.length : wish;
  };
  const byText = (a: string, b: string): number => Number(a > b) - Number(a < b);
  return all
    .sort((a, b) => place(a) - place(b) || a.guests - b.guests || byText(a.name, b.name) || byText(a.uuid, b.uuid))
    .map(({ uuid, name, role }) => ({ uuid, name, role }));
}

function guestsOn(database: LiveDatabase, host: Ref): number {
  const there = [...database.records('VM').values()].filter(
    (vm) => vm['resident_on'] === host && vm['is_control_domain'] !== true,
  );
  return there.filter((vm) => vm['power_state'] === 'Running' || vm['power_state'] === 'Paused').length;
}
