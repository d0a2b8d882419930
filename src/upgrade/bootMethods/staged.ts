// Staged: the host's own plugin stages the installer as the next boot, then the host reboots. Needs nothing but XenAPI and a repository the host reaches.
// The plugin's `main` is the last effect before the reboot and is never run twice without a boot between.
import { act, type Decision, fail, type HostSituation, type HostStep, next, wait } from '../decision';
import { stagingTasks } from '../effects/hostEffects';
import { localStorageAtRisk, recutsDisk } from '../effects/storageRisk';
import type { Orders } from '../orders';
import { onHost } from '../host/item';
import { seenEmpty } from '../host/draining';
import { type Evidence, lastObstacle, timesTried, withEvidence } from '../state';
import type { BootMethodModule } from './bootMethod';
import { evidenceBeforeLeaving } from './evidenceBeforeLeaving';

const leaving: HostStep = {
  needs: (host) =>
    host.evidence.stagedAt === undefined ? ['pool', 'guests', 'hostTime', 'staging', 'tasks'] : ['pool', 'guests', 'hostTime'],
  decide(situation) {
    const { facts, host, state } = situation;
    if (host.evidence.leftAt !== undefined) return next('Installing');
    if (!facts.pool.known) return wait('PoolUnreachable', facts.pool.why);
    if (!facts.guests.known) return wait('PoolUnreachable', facts.guests.why);
    if (!seenEmpty(situation) || isEnabled(situation)) return next('Draining');
    const evidence = evidenceBeforeLeaving(situation);
    if (!evidence.known) return wait('HostTimeUnknown', evidence.why);
    if (host.evidence.stagedAt === undefined) return stage(situation, evidence.value);
    if (timesTried(state, host.uuid, 'RebootHost') >= 3)
      return fail(
        'RebootRefused',
        `host ${host.name} does not reboot: ${lastObstacle(state, host.uuid) ?? 'no reason was given'}`,
      );
    return act([onHost('RebootHost', host)], (before) => withEvidence(before, host.uuid, evidence.value));
  },
};

function isEnabled({ facts, host }: HostSituation): boolean {
  return facts.pool.known && facts.pool.value.hosts.some((entry) => entry.uuid === host.uuid && entry.enabled);
}

function stage(situation: HostSituation, evidence: Evidence): Decision {
  const { facts, host, orders, state } = situation;
  const url = repositoryFor(orders, host.to, targetBrand(situation));
  if (url === undefined) return fail('RepositoryMissing', `spec.releases names no repository for ${host.to}`);
  if (timesTried(state, host.uuid, 'StageInstaller') >= 2)
    return fail(
      'StagingFailed',
      `the installer could not be staged on ${host.name}: ${lastObstacle(state, host.uuid) ?? 'no reason was given'}`,
    );
  const recuts = facts.pool.known && recutsDisk(facts.pool.value, host.uuid, host.to);
  if (recuts && !facts.staging.known) return wait('StagingUnknown', facts.staging.why);
  const risk = localStorageAtRisk(facts, host.uuid, orders, state);
  if (risk !== undefined) return fail('LocalStorageWouldBeLost', `host ${host.name}: ${risk}`);
  const tasksBefore = stagingTasks(facts);
  if (tasksBefore === undefined) return wait('TasksUnknown', 'the pool does not tell its tasks');
  const safe2upgrade = recuts && facts.staging.known ? { safe2upgrade: facts.staging.value[host.uuid] ?? '' } : {};
  return act([onHost('StageInstaller', host, { url, tasksBefore, masterAgent: masterAgent(situation) })], (before) =>
    withEvidence(before, host.uuid, { ...evidence, ...safe2upgrade }),
  );
}

function masterAgent({ facts }: HostSituation): string {
  return (facts.pool.known ? facts.pool.value.hosts.find((entry) => entry.master)?.agentStartTime : undefined) ?? '';
}

function targetBrand({ state }: HostSituation): string | undefined {
  return state.plan?.hop.toBrand;
}

/** The repository of a release; an entry without a brand serves any. */
export function repositoryFor(orders: Orders, version: string, brand: string | undefined): string | undefined {
  return orders.repositories.find((entry) => entry.version === version && (entry.brand === undefined || entry.brand === brand))
    ?.url;
}

export const staged: BootMethodModule = { name: 'Staged', leaving, after: 'Installing' };
