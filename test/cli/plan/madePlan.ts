// A plan made by hand, small enough to be read, with everything in it that a plan can say; and one as large as plans get.
import type { CheckResult } from '../../../src/plan/checks/check';
import type { PlanDocument } from '../../../src/plan/document';
import type { Span, StepEstimate, TurnEstimate } from '../../../src/plan/estimate';
import type { PlanReport } from '../../../src/cli/plan/report';

export const MINUTE = 60_000;
const GIB = 1024 ** 3;

export const span = (least: number, likely: number, most: number): Span => ({
  least: least * MINUTE,
  likely: likely * MINUTE,
  most: most * MINUTE,
});

export function turnEstimate(host: string, drain: Span = span(1, 2, 4)): TurnEstimate {
  const step = (name: StepEstimate['step'], time: Span, basis: string): StepEstimate => ({ step: name, span: time, basis });
  return {
    host,
    steps: [
      step('drain', drain, '24 GiB over an assumed 1 Gbit/s'),
      step('install', span(10, 20, 40), 'planning value'),
      step('rejoin', span(5, 8, 15), 'planning value'),
      step('restore', span(1, 2, 6), 'planning value'),
    ],
    total: span(17, 32, 65),
  };
}

export const CHECKS: readonly CheckResult[] = [
  { id: 'Quiet', title: 'Nothing is under way', verdict: 'Pass', findings: [], fixing: false, source: 'xenserver.md 3.2' },
  {
    id: 'CdInserted',
    title: 'No disc is inserted',
    verdict: 'Warn',
    findings: [
      {
        verdict: 'Warn',
        objects: [{ kind: 'VM', uuid: 'vm-web-1', name: 'web-1' }],
        message: 'a disc is inserted that only its host sees',
        remedy: 'eject it',
      },
    ],
    fixing: true,
    source: 'xenserver.md 2.6',
  },
];

export const BLOCK: CheckResult = {
  id: 'CertificateKeyLength',
  title: 'Certificates have long keys',
  verdict: 'Block',
  findings: [
    {
      verdict: 'Block',
      objects: [{ kind: 'host', uuid: 'host-b', name: 'xs-02' }],
      message: 'host xs-02: RSA key of 1024 bits, expected 2048 or more',
      remedy: 'run xe host-emergency-reset-server-certificate on it',
    },
  ],
  fixing: false,
  source: 'XenCenter CertificateKeyLengthCheck',
};

export function madePlan(change: Partial<PlanDocument> = {}): PlanDocument {
  return {
    hash: '0123456789abcdef',
    pool: { uuid: 'pool-uuid', name: 'rack7' },
    hosts: [
      { uuid: 'host-a', name: 'xs-01', role: 'master', bootMethod: 'Staged' },
      { uuid: 'host-b', name: 'xs-02', role: 'member', bootMethod: 'Manual' },
    ],
    guests: [
      { uuid: 'vm-web-1', name: 'web-1', powerState: 'Running', host: 'host-a', memory: 2 * GIB },
      { uuid: 'vm-web-2', name: 'web-2', powerState: 'Running', host: 'host-a', memory: 2 * GIB },
      { uuid: 'vm-db', name: 'db', powerState: 'Running', host: 'host-a', memory: 8 * GIB },
      { uuid: 'vm-old', name: 'old', powerState: 'Suspended', host: undefined, memory: 1 * GIB },
    ],
    hops: [
      {
        from: { brand: 'XenServer', version: '7.6.0' },
        to: { brand: 'XenServer', version: '8.2.1' },
        documented: false,
        source: 'xenserver.md 1.5',
        pass: {
          order: ['host-a', 'host-b'],
          turns: [
            {
              host: 'host-a',
              moves: [
                { guest: 'vm-web-1', from: 'host-a', to: 'host-b', purpose: 'drain' },
                { guest: 'vm-web-2', from: 'host-a', to: 'host-b', purpose: 'drain' },
              ],
              stops: [
                {
                  guest: 'vm-db',
                  host: 'host-a',
                  action: 'Suspend',
                  why: { code: 'VM_REQUIRES_SR', text: 'no other host sees SR Local' },
                  back: { after: 'host-a', on: 'host-a' },
                },
              ],
              starts: [{ guest: 'vm-db', on: 'host-a' }],
              returns: [],
            },
            {
              host: 'host-b',
              moves: [
                { guest: 'vm-web-1', from: 'host-b', to: 'host-a', purpose: 'drain' },
                { guest: 'vm-web-2', from: 'host-b', to: 'host-a', purpose: 'drain' },
              ],
              stops: [],
              starts: [],
              returns: [],
            },
          ],
          blocked: [],
          migrations: { planned: 4, minimum: 4, bound: 4, proven: true, gap: 0 },
        },
        turns: [turnEstimate('host-a'), turnEstimate('host-b', span(2, 3, 9))],
        mixed: span(20, 35, 70),
      },
    ],
    checks: CHECKS,
    warnings: [],
    refusedWhileMixed: ['snapshots and backup jobs', 'turning HA on'],
    afterwards: ['the control domain takes 1 GiB more on each host'],
    total: span(40, 65, 140),
    ...change,
  };
}

export function madeReport(plan: PlanDocument = madePlan(), change: Partial<PlanReport> = {}): PlanReport {
  return {
    outcome: 'Planned',
    phase: 'AwaitingApproval',
    reason: 'DryRun',
    message: 'the plan is ready',
    seen: { by: 'dump', of: 'pool.xml' },
    manifest: 'upgrade.yaml',
    object: { namespace: 'rehearsal', name: 'rack7' },
    notes: [],
    warnings: plan.warnings,
    pool: plan.pool,
    migrations: { done: 0, planned: 4, minimum: 4, bound: 4, proven: true, gap: 0 },
    path: plan.hops.map(({ from, to, documented, source }) => ({
      from,
      to,
      legal: documented ? 'documented' : 'accepted',
      source,
    })),
    order: plan.hosts,
    checks: plan.checks,
    hash: plan.hash,
    plan,
    ...change,
  };
}
