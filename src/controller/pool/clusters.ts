// The clusters of a pool. No cache keeps them, because most pools have none and releases before 7.5 do not know them: they are asked for.
import type { Clock } from '../../foundation/clock';
import { type Fact, known, unknown } from '../../foundation/fact';
import type { ClusterSight } from '../../plan/checks/hazardTraits';
import type { XapiClient } from '../../xenapi/client';
import { XapiError } from '../../xenapi/error';
import type { Ref } from '../../xenapi/records/records';
import { type Records, uuidOf } from './records';

/** Milliseconds. */
const PATIENCE = 20_000;

interface ClusterRecord {
  readonly uuid: string;
  readonly cluster_stack: string;
  /** Both of later releases. */
  readonly cluster_stack_version?: number;
  readonly is_quorate?: boolean;
}

interface MemberRecord {
  readonly cluster: Ref;
  readonly host: Ref;
  readonly enabled: boolean;
  readonly joined?: boolean;
  readonly live?: boolean;
}

type Rows<T> = Readonly<Record<Ref, T>>;

/** How long an answer is good for, milliseconds. */
const FRESH = 60_000;

export class ClusterReader {
  private last: { readonly at: number; readonly logins: number; readonly clusters: Fact<readonly ClusterSight[]> } | undefined;

  constructor(private readonly parts: { readonly client: Pick<XapiClient, 'call' | 'logins'>; readonly clock: Clock }) {}

  /** The clusters, not older than a minute. @param records of hosts, to name the members by uuid */
  async read(records: Records): Promise<Fact<readonly ClusterSight[]>> {
    const { client, clock } = this.parts;
    const at = clock.now();
    if (this.last !== undefined && this.last.logins === client.logins && at - this.last.at < FRESH) return this.last.clusters;
    const clusters = await readClusters(client, records);
    this.last = { at, logins: client.logins, clusters };
    return clusters;
  }
}

async function readClusters(client: Pick<XapiClient, 'call'>, records: Records): Promise<Fact<readonly ClusterSight[]>> {
  try {
    const clusters = await client.call<Rows<ClusterRecord>>('Cluster.get_all_records', [], { deadlineMs: PATIENCE });
    if (Object.keys(clusters).length === 0) return known([]);
    const members = await client.call<Rows<MemberRecord>>('Cluster_host.get_all_records', [], { deadlineMs: PATIENCE });
    return known(Object.entries(clusters).map(([ref, cluster]) => viewCluster(records, ref, cluster, Object.values(members))));
  } catch (error) {
    if (!(error instanceof XapiError)) throw error;
    return error.kind === 'ApiAge' ? known([]) : unknown(error.message);
  }
}

function viewCluster(records: Records, ref: Ref, cluster: ClusterRecord, members: readonly MemberRecord[]): ClusterSight {
  const own = members.filter((member) => member.cluster === ref);
  const absent = own.filter(({ enabled, joined, live }) => !enabled || joined === false || live === false);
  const { uuid, cluster_stack, cluster_stack_version, is_quorate } = cluster;
  return {
    uuid,
    stack: cluster_stack_version === undefined ? cluster_stack : `${cluster_stack} ${cluster_stack_version}`,
    quorate: is_quorate,
    absent: absent.flatMap(({ host }) => uuidOf(records, 'host', host) ?? []),
  };
}
