// What someone outside sees of a pool while one of its hosts reboots, as the recording wrote it down, and the same look at a simulated pool.
import type { SimulatedWorld } from '../../../src/simulator/createWorld';
import type { LoadedPool } from '../../../src/simulator/dump/loadedPool';
import { TransportFailure, type XapiTransport } from '../../../src/xenapi/transport';
import type { Observation } from '../../xenapi/codec/recordings';

/** `ok`, `down` where nothing listens, or the error. */
type Login = string;

export interface Signs {
  readonly master: Login;
  /** Of the host that reboots: enabled, and whether its boot and agent times are new. Empty while the master does not answer. */
  readonly host: readonly boolean[];
  /** `host_metrics.live` of all hosts, the dead ones first: the recording does not say whose is whose. */
  readonly live: readonly boolean[];
  readonly member: Login;
}

/** @param first the observation the same reboot began with */
export function signsOf({ observed }: Observation, first: Observation): Signs {
  const [login, host, live] = observed.length > 2 ? observed : [observed[0]];
  const before = first.observed[1] as readonly unknown[];
  const now = (host ?? []) as readonly unknown[];
  return {
    master: login === 'login-ok' ? 'ok' : String(login),
    host: now.length === 0 ? [] : [now[0] === true, now[1] !== before[1], now[2] !== before[2]],
    live: [...((live ?? []) as readonly boolean[])].sort(),
    member: codeOf(observed[observed.length - 1]),
  };
}

function codeOf(told: unknown): Login {
  return String(told).startsWith('{') ? (JSON.parse(String(told)) as { message: string }).message : String(told);
}

type Fields = Readonly<Record<string, unknown>>;

/** Looks at a simulated pool of two, again and again, from before one of its hosts reboots. */
export class Lookout {
  private readonly transport: XapiTransport;
  private before: Fields | undefined;

  constructor(
    world: SimulatedWorld,
    private readonly pool: LoadedPool,
    private readonly rebooting: 'master' | 'member',
  ) {
    this.transport = world.transport('lookout');
  }

  async look(): Promise<Signs> {
    const session = await this.login(0);
    if (session.error !== undefined) return { master: session.error, host: [], live: [], member: await this.memberSays() };
    const host = (await this.call(
      0,
      'host.get_record',
      session.result,
      this.pool.hosts[this.rebooting === 'master' ? 0 : 1]!.ref,
    )) as {
      result: Fields;
    };
    const metrics = (await this.call(0, 'host_metrics.get_all_records', session.result)).result as Record<string, Fields>;
    await this.call(0, 'session.logout', session.result);
    const times = host.result['other_config'] as Fields;
    this.before ??= times;
    return {
      master: 'ok',
      host: [
        host.result['enabled'] === true,
        times['boot_time'] !== this.before['boot_time'],
        times['agent_start_time'] !== this.before['agent_start_time'],
      ],
      live: Object.values(metrics)
        .map((record) => record['live'] === true)
        .sort(),
      member: await this.memberSays(),
    };
  }

  /** One call of the master's, in a session of its own. @throws Error when it is refused */
  async order(method: string, ...params: unknown[]): Promise<void> {
    const session = (await this.login(0)).result;
    const { error } = await this.call(0, method, session, ...params);
    if (error !== undefined) throw new Error(`${method}: ${error}`);
  }

  private async memberSays(): Promise<Login> {
    return (await this.login(1)).error ?? 'ok';
  }

  private login(host: number): Promise<{ result?: unknown; error?: string }> {
    return this.call(host, 'session.login_with_password', 'root', 'secret', '1.0', 'watch');
  }

  private async call(host: number, method: string, ...params: unknown[]): Promise<{ result?: unknown; error?: string }> {
    const body = JSON.stringify({ jsonrpc: '2.0', method, params, id: 1 });
    const origin = `https://${this.pool.hosts[host]!.address}`;
    try {
      const answer = await this.transport.post(origin, '/jsonrpc', body, new AbortController().signal);
      const { result, error } = JSON.parse(answer.body) as { result?: unknown; error?: { message: string } };
      return error === undefined ? { result } : { error: error.message };
    } catch (error) {
      if (error instanceof TransportFailure) return { error: 'down' };
      throw error;
    }
  }
}
