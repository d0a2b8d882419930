// The heart's hands: each verb of the pool port as XenAPI calls. Objects come by uuid and go as references. What takes long is a task that is followed.
import type { Clock } from '../../foundation/clock';
import type { HaSettings } from '../../plan/pool';
import { hours, minutes, seconds } from '../../upgrade/time';
import type { Outcome, PoolPort } from '../../upgrade/ports';
import type { PoolCache } from '../../xenapi/cache';
import type { XapiClient } from '../../xenapi/client';
import type { ClassName, Ref } from '../../xenapi/records/records';
import { followTask, runTask, startTask } from '../../xenapi/task';
import { accepted, outcomeOfCall, outcomeOfTask } from './outcome';
import { type Records, refOf } from './records';
import { PLUGIN } from './stagingPlugin';

export interface VerbParts {
  readonly client: XapiClient;
  readonly cache: PoolCache;
  readonly clock: Clock;
}

const NULL_REF = 'OpaqueRef:NULL';

export function createVerbs(parts: VerbParts): PoolPort {
  const pool = new Caller(parts);
  return { ...poolVerbs(pool), ...hostVerbs(pool), ...guestVerbs(pool) };
}

/** Sends calls for objects by uuid; an object that the pool no longer has refuses. */
class Caller {
  private readonly records: Records;

  constructor(private readonly parts: VerbParts) {
    this.records = (cls) => parts.cache.records(cls);
  }

  call(cls: ClassName, uuid: string, method: string, rest: readonly unknown[] = [], deadlineMs = minutes(1)): Promise<Outcome> {
    return this.withRef(cls, uuid, (ref) => outcomeOfCall(this.parts.client.call(method, [ref, ...rest], { deadlineMs })));
  }

  task(
    cls: ClassName,
    uuid: string,
    method: string,
    rest: readonly unknown[],
    options: { readonly deadlineMs: number; readonly keep?: true },
  ): Promise<Outcome> {
    return this.withRef(cls, uuid, (ref) =>
      outcomeOfTask(runTask(this.parts.client, method, [ref, ...rest], { clock: this.parts.clock, ...options })),
    );
  }

  /** For a call that ends only long after it has done its work: what is refused is refused soon, and nobody waits for the rest. */
  begin(cls: ClassName, uuid: string, method: string, deadlineMs: number): Promise<Outcome> {
    const { client, clock } = this.parts;
    return this.withRef(cls, uuid, (ref) =>
      outcomeOfTask(
        runTask(client, method, [ref], { clock, deadlineMs, keep: true }).then((ended) =>
          ended.kind === 'StillRunning' ? { kind: 'Done', result: undefined } : ended,
        ),
      ),
    );
  }

  /** A call on no particular object. */
  plain(method: string, params: readonly unknown[], deadlineMs: number): Promise<Outcome> {
    return outcomeOfTask(runTask(this.parts.client, method, params, { clock: this.parts.clock, deadlineMs }));
  }

  poolCall(method: string, rest: readonly unknown[]): Promise<Outcome> {
    const ref = [...this.records('pool').keys()][0];
    return ref === undefined ? Promise.resolve(gone('pool', '')) : outcomeOfCall(this.parts.client.call(method, [ref, ...rest]));
  }

  ref(cls: ClassName, uuid: string): Ref | undefined {
    return refOf(this.records, cls, uuid);
  }

  async withRef(cls: ClassName, uuid: string, work: (ref: Ref) => Promise<Outcome>): Promise<Outcome> {
    const ref = this.ref(cls, uuid);
    return ref === undefined ? gone(cls, uuid) : work(ref);
  }

  /** Asks the guest; when it has not gone within `patience` the asking is called off. */
  async askToShutDown(vm: Ref, patience: number): Promise<Outcome> {
    const { client, clock } = this.parts;
    const started = await startTask(client, 'VM.clean_shutdown', [vm]);
    if (started.kind !== 'Started') return outcomeOfTask(Promise.resolve(started));
    const ended = await followTask(client, 'VM.clean_shutdown', started.task, { clock, deadlineMs: patience });
    if (ended.kind !== 'StillRunning') return outcomeOfTask(Promise.resolve(ended));
    const cancelled = await outcomeOfCall(client.call('task.cancel', [started.task]));
    const note = cancelled.kind === 'Accepted' ? '' : ', and the asking goes on';
    return {
      kind: 'Refused',
      code: 'GUEST_IGNORES_SHUTDOWN',
      text: `it had not shut down after ${Math.round(patience / 1000)} s${note}`,
    };
  }
}

function gone(cls: string, uuid: string): Outcome {
  return { kind: 'Refused', code: 'UUID_INVALID', text: `the pool has no ${cls} ${uuid}` };
}

type PoolVerbs = Pick<
  PoolPort,
  | 'markPool'
  | 'unmarkPool'
  | 'disableHa'
  | 'enableHa'
  | 'setHaTolerance'
  | 'setWlb'
  | 'setAutoPoweron'
  | 'clearAutoPoweron'
  | 'syncDatabase'
  | 'setHealthCheck'
  | 'setSslLegacy'
>;

function poolVerbs(pool: Caller): PoolVerbs {
  return {
    markPool: (key, value) => pool.poolCall('pool.add_to_other_config', [key, value]),
    unmarkPool: (key) => pool.poolCall('pool.remove_from_other_config', [key]),
    disableHa: () => pool.plain('pool.disable_ha', [], minutes(10)),
    enableHa: (settings) => enableHa(pool, settings),
    setWlb: (enabled) => pool.poolCall('pool.set_wlb_enabled', [enabled]),
    setHaTolerance: (hosts) => pool.poolCall('pool.set_ha_host_failures_to_tolerate', [hosts]),
    setAutoPoweron: (value) => pool.poolCall('pool.add_to_other_config', ['auto_poweron', value]),
    clearAutoPoweron: () => pool.poolCall('pool.remove_from_other_config', ['auto_poweron']),
    setHealthCheck: (config) => pool.poolCall('pool.set_health_check_config', [config]),
    setSslLegacy: (enabled) => pool.poolCall(`pool.${enabled ? 'enable' : 'disable'}_ssl_legacy`, []),
    syncDatabase: () => pool.plain('pool.sync_database', [], minutes(10)),
  };
}

async function enableHa(pool: Caller, settings: HaSettings): Promise<Outcome> {
  const srs = settings.heartbeatSrs.flatMap((uuid) => pool.ref('SR', uuid) ?? []);
  if (srs.length < settings.heartbeatSrs.length) return gone('SR', settings.heartbeatSrs.join(', '));
  return pool.plain('pool.enable_ha', [srs, settings.configuration], minutes(10));
}

type HostVerbs = Pick<
  PoolPort,
  | 'restartAgent'
  | 'disableHost'
  | 'enableHost'
  | 'plugPbd'
  | 'setPowerOnMode'
  | 'stageInstaller'
  | 'rebootHost'
  | 'shutdownHost'
  | 'powerOnMember'
>;

function hostVerbs(pool: Caller): HostVerbs {
  return {
    restartAgent: (host) => pool.call('host', host, 'host.restart_agent'),
    disableHost: (host) => pool.call('host', host, 'host.disable'),
    enableHost: (host) => pool.call('host', host, 'host.enable'),
    setPowerOnMode: (host, mode, config) => pool.call('host', host, 'host.set_power_on_mode', [mode, config]),
    plugPbd: (pbd) => pool.task('PBD', pbd, 'PBD.plug', [], { deadlineMs: minutes(10) }),
    stageInstaller: (host, url) =>
      pool.task('host', host, 'host.call_plugin', [PLUGIN, 'main', { url }], {
        deadlineMs: minutes(30),
        keep: true,
      }),
    rebootHost: (host) => pool.call('host', host, 'host.reboot'),
    shutdownHost: (host) => pool.call('host', host, 'host.shutdown'),
    // XAPI waits ten minutes for the host's agent and calls it a failure when it does not come, as it does not while an installer runs.
    powerOnMember: (host) => pool.begin('host', host, 'host.power_on', seconds(20)),
  };
}

type GuestVerbs = Pick<
  PoolPort,
  | 'markGuest'
  | 'unmarkGuest'
  | 'migrate'
  | 'suspend'
  | 'cleanShutdown'
  | 'hardShutdown'
  | 'start'
  | 'resume'
  | 'ejectCd'
  | 'insertCd'
>;

function guestVerbs(pool: Caller): GuestVerbs {
  const long = { deadlineMs: hours(4) };
  const wake = (verb: 'start' | 'resume', vm: string, on: string | undefined): Promise<Outcome> => {
    if (on === undefined) return pool.task('VM', vm, `VM.${verb}`, [false, false], long);
    return pool.withRef('host', on, (host) => pool.task('VM', vm, `VM.${verb}_on`, [host, false, false], long));
  };
  return {
    markGuest: (vm, key, value) => pool.call('VM', vm, 'VM.add_to_other_config', [key, value]),
    unmarkGuest: (vm, key) => pool.call('VM', vm, 'VM.remove_from_other_config', [key]),
    migrate: (vm, to, force) =>
      pool.withRef('host', to, (host) =>
        pool.task('VM', vm, 'VM.pool_migrate', [host, { live: 'true', ...(force ? { force: 'true' } : {}) }], long),
      ),
    suspend: (vm) => pool.task('VM', vm, 'VM.suspend', [], long),
    cleanShutdown: (vm, patience) => pool.withRef('VM', vm, (ref) => pool.askToShutDown(ref, patience)),
    hardShutdown: (vm) => pool.task('VM', vm, 'VM.hard_shutdown', [], long),
    start: (vm, on) => wake('start', vm, on),
    resume: (vm, on) => wake('resume', vm, on),
    ejectCd: (vbd) => pool.task('VBD', vbd, 'VBD.eject', [], { deadlineMs: minutes(5) }),
    insertCd: (vbd, vdi) =>
      pool.withRef('VDI', vdi, (ref) =>
        ref === NULL_REF ? Promise.resolve(accepted) : pool.task('VBD', vbd, 'VBD.insert', [ref], { deadlineMs: minutes(5) }),
      ),
  };
}
