// A host that does not report to its master can be neither emptied nor upgraded, and its guests are nobody knows where.
import type { Check } from './check';
import { block, hostObject, hostsConcerned } from './findings';

const REMEDY = 'start it (at its BMC, or xe host-power-on), or take it out of the pool';

export const hostNotLive: Check = {
  id: 'HostNotLive',
  title: 'Every host is up',
  source: '3.2 of the XenServer reference; XenCenter HostLivenessCheck',
  range: 'every release and boot method',
  remedy: REMEDY,
  moments: ['Planning', 'BeforeHost'],
  applies: () => true,
  judge: (situation) =>
    hostsConcerned(situation)
      .filter((host) => !host.live)
      .map((host) => block([hostObject(host)], `host ${host.name} is not up; every host must be`, REMEDY)),
};
