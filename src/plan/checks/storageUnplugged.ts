// Storage of running guests that some host does not have attached: they cannot go there, and XenCenter would repair it first.
import { hasDomain, type Pbd } from '../pool';
import type { Check, CheckSituation, Finding } from './check';
import { hostObject, srObject, warn } from './findings';

const REMEDY = 'repair the SR: see to the way from the host to it, then plug it (xe pbd-plug)';

export const storageUnplugged: Check = {
  id: 'StorageUnplugged',
  title: 'Every host has the shared storage of running guests attached',
  source: '3.2 of the XenServer reference; XenCenter PBDsPluggedCheck',
  range:
    'every release: a warning, because the plan moves no guest to a host that does not see its storage; guests that then fit nowhere are told by DowntimeNotAccepted',
  remedy: REMEDY,
  moments: ['Planning', 'Prepared', 'BeforeHost'],
  applies: () => true,
  judge: (situation) => [...unplugged(situation).map((pbd) => notAttached(situation, pbd)), ...missing(situation)],
  fix: {
    does: 'PBD.plug',
    undoes:
      'nothing to undo: attached is how the host boots anyway, and unplugging it could take the disks from guests that came meanwhile',
    steps: (situation) =>
      unplugged(situation).map(({ uuid, sr, host }) => ({
        step: { effect: 'PlugPbd', object: uuid, name: `${srName(situation, sr)} on ${hostName(situation, host)}`, params: {} },
      })),
  },
};

/** SRs on which guests that run have disks. */
function inUse({ world }: CheckSituation): ReadonlySet<string> {
  const used = new Set(world.guests.filter(hasDomain).flatMap(({ srs }) => srs));
  return new Set(world.srs.filter(({ uuid, shared }) => shared && used.has(uuid)).map(({ uuid }) => uuid));
}

function unplugged(situation: CheckSituation): readonly Pbd[] {
  const { world, host } = situation;
  const used = inUse(situation);
  return world.pbds.filter((pbd) => used.has(pbd.sr) && !pbd.attached && (host === undefined || pbd.host === host));
}

function notAttached(situation: CheckSituation, { sr, host }: Pbd): Finding {
  const objects = [
    hostObject({ uuid: host, name: hostName(situation, host) }),
    ...situation.world.srs.filter(({ uuid }) => uuid === sr).map(srObject),
  ];
  return warn(objects, `host ${hostName(situation, host)} does not have SR ${srName(situation, sr)} attached`, REMEDY);
}

function missing(situation: CheckSituation): readonly Finding[] {
  const { pool, world, host } = situation;
  const hosts = pool.hosts.filter(({ uuid }) => host === undefined || uuid === host);
  return [...inUse(situation)].flatMap((sr) =>
    hosts
      .filter(({ uuid }) => !world.pbds.some((pbd) => pbd.sr === sr && pbd.host === uuid))
      .map((one) => warn([hostObject(one)], `host ${one.name} has no connection (PBD) to SR ${srName(situation, sr)}`, REMEDY)),
  );
}

function srName({ world }: CheckSituation, uuid: string): string {
  return world.srs.find((sr) => sr.uuid === uuid)?.name ?? uuid;
}

function hostName({ pool }: CheckSituation, uuid: string): string {
  return pool.hosts.find((host) => host.uuid === uuid)?.name ?? uuid;
}
