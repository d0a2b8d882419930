import { expect } from 'chai';
import { Registry } from 'prom-client';
import type { PoolUpgrade } from '../../src/api/generated/poolUpgrade';
import { createControllerMetrics, type Watch } from '../../src/telemetry/controllerMetrics';
import { createHealth } from '../../src/telemetry/health';
import { createLogger } from '../../src/telemetry/logger';
import { createProcessMetrics } from '../../src/telemetry/processMetrics';
import { openTelemetry } from '../../src/telemetry/server';
import { createUpgradeMetrics } from '../../src/telemetry/upgradeMetrics';
import { ask } from '../simulator/servers/served';

type Status = NonNullable<PoolUpgrade['status']>;

const SINCE = '2026-01-12T22:00:00.000Z';
const LATER = '2026-01-12T22:05:00.000Z';

function upgrade(status: Partial<Status>): PoolUpgrade {
  const pool = { endpoints: ['https://a'], credentialsRef: { name: 's' }, tls: {} };
  const spec = { pool, target: { brand: 'XCP-ng', version: '8.3.0' }, dryRun: false };
  return { metadata: { namespace: 'ops', name: 'rack7' }, spec, status } as unknown as PoolUpgrade;
}

function host(phase: string, since: string, reason?: string): unknown {
  return { uuid: 'h', name: 'a very particular name', phase, since, ...(reason === undefined ? {} : { reason }) };
}

describe('the metrics of an upgrade', () => {
  it('say its phase, its conditions and its hosts by phase, and never a host by name', async () => {
    const registry = new Registry();
    const metrics = createUpgradeMetrics(registry);
    const conditions = [{ type: 'Ready', status: 'True' }];
    metrics.tell(upgrade({ phase: 'Succeeded', conditions, hosts: [host('Upgraded', SINCE)] } as unknown as Partial<Status>));
    const text = await registry.metrics();
    expect(text).to.include('poolupgrade_phase{namespace="ops",name="rack7",phase="Succeeded"} 1');
    expect(text).to.include('poolupgrade_phase{namespace="ops",name="rack7",phase="Halted"} 0');
    expect(text).to.include('poolupgrade_status_condition{namespace="ops",name="rack7",type="Ready",status="True"} 1');
    expect(text).to.include('poolupgrade_status_condition{namespace="ops",name="rack7",type="Stalled",status="Unknown"} 1');
    expect(text).to.include('poolupgrade_hosts{namespace="ops",name="rack7",phase="Upgraded"} 1');
    expect(text).to.not.include('particular');
  });

  it('count what hosts went through and where they failed, from one status to the next', async () => {
    const registry = new Registry();
    const metrics = createUpgradeMetrics(registry);
    metrics.tell(upgrade({ hosts: [host('Draining', SINCE)] } as unknown as Partial<Status>));
    metrics.tell(upgrade({ hosts: [host('Failed', LATER, 'DrainOverdue')] } as unknown as Partial<Status>));
    metrics.tell(upgrade({ hosts: [host('Failed', LATER, 'DrainOverdue')] } as unknown as Partial<Status>));
    const text = await registry.metrics();
    expect(text).to.include('poolupgrade_host_transitions_total{from="Draining",to="Failed"} 1');
    expect(text).to.include('poolupgrade_host_failures_total{phase="Draining",reason="DrainOverdue"} 1');
    expect(text).to.include('poolupgrade_phase_duration_seconds_sum{phase="Draining",result="failed"} 300');
  });

  it('are gone with the object', async () => {
    const registry = new Registry();
    const metrics = createUpgradeMetrics(registry);
    metrics.tell(upgrade({ phase: 'Upgrading', run: { startedAt: SINCE, finishedAt: LATER } } as unknown as Partial<Status>));
    metrics.forget('ops', 'rack7');
    metrics.forget('ops', 'never seen');
    expect(await registry.metrics()).to.not.include('rack7');
  });
});

describe('the metrics of the machinery', () => {
  it('bear the names that boards for controllers know, and read queue and watches when asked', async () => {
    const registry = new Registry();
    const metrics = createControllerMetrics(registry);
    let retries = 2;
    const watches: Watch[] = [
      { kind: 'secrets', silentMs: 500, lists: 3, missed: 0 },
      { kind: 'secrets', silentMs: 2_000, lists: 1, missed: 1 },
      { kind: 'poolupgrades', silentMs: undefined, lists: 0, missed: 0 },
    ];
    metrics.observe({
      workers: 100,
      queue: () => ({ depth: 4, inProcess: 1, adds: 9, retries }),
      working: () => [1_500, 500],
      watches: () => watches,
      now: () => 10_000,
    });
    metrics.taken(20);
    metrics.done(300, false);
    metrics.done(300, true);
    metrics.kubeCall({ verb: 'update', resource: 'poolupgrades/status', status: 409, conflict: true, tookMs: 3 });
    metrics.kubeCall({ verb: 'get', resource: 'secrets', status: 0, conflict: false, tookMs: 3 });
    metrics.xapiCall({ class: 'read', outcome: 'answered', tookMs: 8 });
    const labels = 'name="poolupgrade",controller="poolupgrade"';
    const text = await registry.metrics();
    for (const line of [
      'controller_runtime_reconcile_total{controller="poolupgrade",result="success"} 1',
      'controller_runtime_reconcile_errors_total{controller="poolupgrade"} 1',
      'controller_runtime_max_concurrent_reconciles{controller="poolupgrade"} 100',
      `workqueue_depth{${labels}} 4`,
      `workqueue_adds_total{${labels}} 9`,
      `workqueue_retries_total{${labels}} 2`,
      `workqueue_unfinished_work_seconds{${labels}} 2`,
      `workqueue_longest_running_processor_seconds{${labels}} 1.5`,
      'rest_client_requests_total{code="409",method="PUT"} 1',
      'rest_client_requests_total{code="<error>",method="GET"} 1',
      'poolupgrade_status_conflicts_total 1',
      'poolupgrade_leader_fencing_aborts_total 0',
      'poolupgrade_xapi_requests_total{method_class="read",outcome="answered"} 1',
      'poolupgrade_informer_last_event_timestamp_seconds{kind="secrets"} 8',
      'poolupgrade_informer_last_event_timestamp_seconds{kind="poolupgrades"} 0',
      'poolupgrade_informer_restarts_total{kind="secrets"} 2',
      'poolupgrade_informer_missed_events_total{kind="secrets"} 1',
    ])
      expect(text.split('\n'), line).to.include(line);
    retries = 5;
    expect(await registry.metrics()).to.include(`workqueue_retries_total{${labels}} 5`);
  });
});

describe('the door of the process', () => {
  it('answers metrics, and each probe by its checks, in words when one fails', async () => {
    const registry = new Registry();
    createProcessMetrics(registry, '1.2.3').leading.set(1);
    const health = createHealth();
    health.set('live', 'watch', () => undefined);
    health.set('ready', 'seen', () => 'list poolupgrades.xenpool.dev: forbidden');
    const door = await openTelemetry({ host: '127.0.0.1', port: 0, registry, health });
    try {
      const get = async (path: string, method = 'GET'): Promise<[number, string]> => {
        const { status, body } = await ask(door.url, { method, path });
        return [status, body];
      };
      expect(await get('/healthz')).to.deep.equal([200, '[+] watch\n']);
      expect(await get('/readyz')).to.deep.equal([503, '[-] seen: list poolupgrades.xenpool.dev: forbidden\n']);
      expect((await get('/metrics'))[1])
        .to.include('poolupgrade_build_info{version="1.2.3"')
        .and.include('leader_election_master_status 1')
        .and.not.match(/nodejs_active_handles_total/);
      expect((await get('/'))[0]).to.equal(404);
      expect((await get('/metrics', 'POST'))[0]).to.equal(405);
    } finally {
      await door.close();
    }
  });
});

describe('the log of the process', () => {
  it('is a JSON line an event, and hides what is secret by its name or its shape', () => {
    const lines: string[] = [];
    const log = createLogger('info', { replica: 'one' }, { write: (line) => void lines.push(line) });
    log.debug('too much');
    log.info('login', { host: 'xs-01', password: 'hunter2', note: 'GET /x?session_id=OpaqueRef:abc&y=1' });
    expect(lines).to.have.length(1);
    expect(JSON.parse(lines[0]!)).to.include({ event: 'login', replica: 'one', host: 'xs-01', password: '[hidden]' });
    expect(lines[0]).to.not.include('hunter2').and.not.include('OpaqueRef:abc');
  });
});
