// A host in maintenance mode takes no guests: the others' guests have nowhere to go, and nobody knows why it was taken out of service.
import type { Host } from '../pool';
import type { Check, CheckSituation } from './check';
import { block, hostObject, hostsConcerned } from './findings';

const REMEDY = 'enable it (xe host-enable), or take it out of the pool';

export const hostDisabled: Check = {
  id: 'HostDisabled',
  title: 'Every host is enabled',
  source: 'reference 3.2, XenCenter HostLivenessCheck (maintenance mode)',
  range: 'every release and boot method',
  remedy: REMEDY,
  // Before a later host its own upgrade may have left others disabled: only the host whose turn it is is looked at then.
  moments: ['Planning', 'BeforeHost'],
  applies: () => true,
  judge: (situation) =>
    disabledHosts(situation).map((host) =>
      block([hostObject(host)], `host ${host.name} is disabled (maintenance mode), and every host must be enabled`, REMEDY),
    ),
  fix: {
    does: 'host.enable',
    undoes: 'host.disable once the run has ended',
    steps: (situation) =>
      disabledHosts(situation).map(({ uuid, name }) => ({
        step: { effect: 'EnableHost', object: uuid, name, params: {} },
        undo: { effect: 'DisableHost', object: uuid, name, params: {} },
      })),
  },
};

function disabledHosts(situation: CheckSituation): readonly Host[] {
  return hostsConcerned(situation).filter((host) => !host.enabled);
}
