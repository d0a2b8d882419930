// Staged: the host's own plugin stages the installer as the next boot, then the host reboots. Needs nothing but XenAPI and a repository the host reaches.
// The plugin's `main` is the last effect before the reboot and is never run twice without a boot between.
import { attemptKey } from '../attempt';
import { servedFacts, unserved } from '../bootRecord';
import { hasImage, isNamed, repositoryFor } from '../repository';
import type { Pool } from '../../plan/pool';
import { act, type Decision, fail, type HostSituation, type HostStep, next, wait } from '../decision';
import { stagingTasks } from '../effects/hostEffects';
import { emptyLocalSrs, localStorageAtRisk, recutsDisk } from '../effects/storageRisk';
import { onHost } from '../host/item';
import { exhausted, inSight } from '../sight';
import { type Evidence, withEvidence } from '../state';
import type { BootMethodModule } from './bootMethod';
import { readyToLeave } from './readyToLeave';

const leaving: HostStep = {
  needs: (host, orders) =>
    host.evidence.stagedAt === undefined
      ? ['pool', 'guests', 'hostTime', 'staging', 'tasks', ...(isNamed(orders, host.to) ? [] : servedFacts(host))]
      : ['pool', 'guests', 'hostTime'],
  decide(situation) {
    if (situation.host.evidence.leftAt !== undefined) return next('Installing');
    return inSight(situation, (pool) => readyToLeave(situation, pool, (evidence) => leave(situation, pool, evidence)));
  },
};

function leave(situation: HostSituation, pool: Pool, evidence: Evidence): Decision {
  const { host, state } = situation;
  if (host.evidence.stagedAt === undefined) return prepareStaging(situation, pool, evidence);
  const sentence = `host ${host.name} does not reboot`;
  const refused = exhausted(state, { object: host, effect: 'RebootHost', times: 3, reason: 'RebootRefused', sentence });
  return refused ?? act([onHost('RebootHost', host)], (before) => withEvidence(before, host.uuid, evidence));
}

function prepareStaging(situation: HostSituation, pool: Pool, evidence: Evidence): Decision {
  const { facts, host, orders, state } = situation;
  const sentence = `the installer could not be staged on ${host.name}`;
  const refused = exhausted(state, { object: host, effect: 'StageInstaller', times: 2, reason: 'StagingFailed', sentence });
  if (refused !== undefined) return refused;
  if (!recutsDisk(pool, host.uuid, host.to)) return stage(situation, pool, evidence);
  if (!facts.staging.known) return wait('StagingUnknown', facts.staging.why);
  const risk = localStorageAtRisk(facts, host.uuid, orders, state);
  if (risk !== undefined) return fail('LocalStorageWouldBeLost', `host ${host.name}: ${risk}`);
  const safe2upgrade = facts.staging.value[host.uuid] ?? '';
  const lost = safe2upgrade === 'true' && facts.guests.known ? emptyLocalSrs(facts.guests.value, host.uuid) : [];
  return stage(situation, pool, { ...evidence, safe2upgrade, lostSrs: lost.map((sr) => sr.uuid).join(',') });
}

function stage(situation: HostSituation, pool: Pool, evidence: Evidence): Decision {
  const { facts, host, orders, state } = situation;
  const url = repositoryFor(orders, host.to, state.plan?.hop.toBrand);
  const hindrance = url === undefined ? fromImage(situation) : undefined;
  if (hindrance !== undefined) return hindrance;
  const source = url === undefined ? { attempt: attemptKey(state, host) } : { url };
  const tasksBefore = stagingTasks(facts);
  if (tasksBefore === undefined) return wait('TasksUnknown', 'the pool does not tell its tasks');
  const masterAgent = pool.hosts.find((entry) => entry.master)?.agentStartTime ?? '';
  const item = onHost('StageInstaller', host, { ...source, tasksBefore, masterAgent });
  return act([item], (before) => withEvidence(before, host.uuid, evidence));
}

/** The boot server's tree of the image, named by the attempt's key: its URL is nobody's to read in a status. Undefined: it can be installed from. */
function fromImage(situation: HostSituation): Decision | undefined {
  const { host, orders, state } = situation;
  if (hasImage(orders, host.to, state.plan?.hop.toBrand)) return unserved(situation);
  return fail('RepositoryMissing', `spec.releases names neither repository nor iso for ${host.to}`);
}

export const staged: BootMethodModule = { name: 'Staged', leaving };
