// A host in maintenance mode takes no guests: the others' guests have nowhere to go, and nobody knows why it was taken out of service.
import { type Host, versionsDiffer } from '../pool';
import { sameRelease } from '../release';
import type { Check, CheckSituation } from './check';
import { block, hostObject } from './findings';

const REMEDY = 'enable it (xe host-enable), or take it out of the pool';

export const hostDisabled: Check = {
  id: 'HostDisabled',
  title: 'Every host is enabled',
  source: '3.2 of the XenServer reference; XenCenter HostLivenessCheck (maintenance mode)',
  range: 'every release and boot method',
  remedy: REMEDY,
  moments: ['Planning', 'BeforeHost'],
  applies: () => true,
  judge: (situation) =>
    disabledHosts(situation).map((host) =>
      block([hostObject(host)], `host ${host.name} is disabled (maintenance mode), and every host must be enabled`, REMEDY),
    ),
  fix: {
    does: 'host.enable',
    undoes: 'host.disable once the run has ended',
    // In mixed mode it may be the run itself that disabled one.
    steps: (situation) =>
      (versionsDiffer(situation.pool.hosts) ? [] : disabledHosts(situation)).map(({ uuid, name }) => ({
        step: { effect: 'EnableHost', object: uuid, name, params: {} },
        undo: { effect: 'DisableHost', object: uuid, name, params: {} },
      })),
  },
};

/** The host whose turn it is may have been disabled by the run itself; any other that is still to be upgraded, by somebody else. */
function disabledHosts({ pool, hop, host: current }: CheckSituation): readonly Host[] {
  const waiting = (host: Host): boolean => host.uuid !== current && !sameRelease(host.version.release, hop.to);
  return pool.hosts.filter((host) => !host.enabled && (current === undefined || waiting(host)));
}
