// A pool enrolled in Health Check, a service that ended with 8.2: the enrolment would stay behind and upload nothing.
import type { Check, CheckSituation } from './check';
import { block, leadsTo, poolObject } from './findings';

const REMEDY = 'end the enrolment in XenCenter';

/** Key of `pool.health_check_config`. */
const ENROLLED = 'Enrollment';

export const healthCheck: Check = {
  id: 'HealthCheckEnrolled',
  title: 'The pool is not enrolled in Health Check',
  source: '1.6 and 3.2 of the XenServer reference; XenCenter HealthCheckServiceCheck',
  range: 'to 8.2 and later',
  remedy: REMEDY,
  moments: ['Planning', 'BeforeHost'],
  applies: ({ hop }) => leadsTo(hop, '8.2'),
  judge: ({ pool, inspection }) =>
    inspection.pool.healthCheckEnrolled
      ? [block([poolObject(pool)], `pool ${pool.name} is enrolled in Health Check, which ended with 8.2`, REMEDY)]
      : [],
  fix: {
    does: 'pool.set_health_check_config without the enrolment',
    undoes: 'the configuration as it was is set again once the run has ended',
    steps: (situation) => (situation.inspection.pool.healthCheckEnrolled ? [steps(situation)] : []),
  },
};

function steps({ pool, inspection }: CheckSituation): ReturnType<NonNullable<Check['fix']>['steps']>[number] {
  const before = inspection.pool.healthCheck ?? {};
  const step = (
    config: Readonly<Record<string, string>>,
  ): { effect: string; object: string; name: string; params: Record<string, string> } => ({
    effect: 'SetHealthCheck',
    object: pool.uuid,
    name: pool.name,
    params: { config: JSON.stringify(config) },
  });
  return { step: step({ ...before, [ENROLLED]: 'false' }), undo: step(before) };
}
