// From XenAPI records, and what hosts were asked, to what the checks look at beside the pool and its guests.
import { unknown } from '../../foundation/fact';
import type { BootTraits } from '../../plan/checks/bootTraits';
import type { HazardTraits } from '../../plan/checks/hazardTraits';
import type { HostTraits, Inspection, PoolTraits } from '../../plan/checks/inspection';
import type { RecordOf, Ref } from '../../xenapi/records/records';
import { HAZARD_CLASSES } from './hazardView';
import { type HostAnswers, type Inquired, nobodyAsked } from './hostInspection';
import type { Records } from './records';

/** Classes that `viewInspection` and the questions to hosts read. */
export const INSPECTION_CLASSES = ['host_metrics', 'task', ...HAZARD_CLASSES] as const;

/** What no record tells. */
export interface Looked {
  readonly hazards?: HazardTraits;
  readonly boot?: BootTraits;
}

export function viewInspection(records: Records, { answers, askedAt }: Inquired = nobodyAsked, looked: Looked = {}): Inspection {
  return {
    pool: poolTraits(records),
    hosts: Object.fromEntries(
      [...records('host')].map(([ref, host]) => [host.uuid, hostTraits(records, ref, host, answers.get(host.uuid))]),
    ),
    tasks: [...records('task').values()].map((task) => ({
      uuid: task.uuid,
      name: task.name_label,
      pending: task.status === 'pending',
    })),
    ...looked,
    ...(askedAt === undefined ? {} : { askedAt }),
  };
}

function poolTraits(records: Records): PoolTraits {
  const pool = [...records('pool').values()][0];
  const healthCheck = pool?.health_check_config ?? {};
  return {
    vswitchController: pool?.vswitch_controller,
    healthCheckEnrolled: healthCheck['Enrollment'] === 'true',
    healthCheck,
  };
}

const notAsked = unknown('it was not asked');
const nothingAsked: Omit<HostAnswers, 'updates'> = {
  plugin: notAsked,
  certificate: notAsked,
  clockAhead: notAsked,
  obstructing: notAsked,
};

function hostTraits(records: Records, ref: Ref, host: RecordOf<'host'>, answers: HostAnswers | undefined): HostTraits {
  const { power_on_config: powerOnConfig, software_version: software } = host;
  const { updates, ...told } = answers ?? { ...nothingAsked, updates: undefined };
  const networkBackend = software['network_backend'];
  return {
    ...told,
    ...(updates === undefined ? {} : { updates }),
    dom0Memory: dom0Memory(records, ref),
    machineMemory: records('host_metrics').get(host.metrics)?.memory_total,
    macs: macsOf(records, ref),
    powerOnMode: host.power_on_mode,
    ...(powerOnConfig === undefined ? {} : { powerOnConfig }),
    sslLegacy: host.ssl_legacy,
    ...(networkBackend === undefined ? {} : { networkBackend }),
    containerManagement: Object.keys(software).some((key) => /(^|:)xscontainer$/.test(key)),
  };
}

function macsOf(records: Records, host: Ref): readonly string[] {
  return [...records('PIF').values()].filter((pif) => pif.host === host && pif.physical).map(({ MAC }) => MAC);
}

function dom0Memory(records: Records, host: Ref): number | undefined {
  const domain = [...records('VM').values()].find((vm) => vm.is_control_domain && vm.resident_on === host);
  return domain === undefined ? undefined : Math.max(domain.memory_dynamic_max, domain.memory_target);
}
