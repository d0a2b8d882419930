// What a rehearsal reads off the world's own database: names, roles, and whom a fault can name.
import type { FaultTargets } from '../simulator/faults';
import type { LiveDatabase } from '../simulator/pool/liveDatabase';

export interface WorldReader {
  hostName(uuid: string): string;
  vmName(uuid: string): string;
  /** The master first, members by name. */
  hosts(): readonly { readonly uuid: string; readonly name: string; readonly role: 'master' | 'member' }[];
  faultTargets(): FaultTargets;
}

export function createWorldReader(database: LiveDatabase): WorldReader {
  const nameOf = (table: string, uuid: string): string => String(database.byUuid(table, uuid)?.record['name_label'] ?? uuid);
  const master = [...database.records('pool').values()][0]?.['master'];
  const hosts: WorldReader['hosts'] = () => {
    const all = [...database.records('host')].map(([ref, record]) => {
      const role: 'master' | 'member' = ref === master ? 'master' : 'member';
      return { uuid: String(record['uuid']), name: String(record['name_label']), role };
    });
    return [
      ...all.filter((host) => host.role === 'master'),
      ...all.filter((host) => host.role === 'member').sort((a, b) => (a.name < b.name ? -1 : 1)),
    ];
  };
  const vms = (): FaultTargets['vms'] =>
    [...database.records('VM').values()].map((record) => ({ uuid: String(record['uuid']), name: String(record['name_label']) }));
  return {
    hostName: (uuid) => nameOf('host', uuid),
    vmName: (uuid) => nameOf('VM', uuid),
    hosts,
    faultTargets: () => ({ hosts: hosts(), vms: vms() }),
  };
}
