// A hand on the pool that is not the operator's: a person at `xe`, or a controller that does what it should not. It speaks XenAPI over the world's own
// transport, so XAPI's rules hold for it as for anybody.
import type { Stage } from '../../src/rehearsal/stage';
import type { WorldEvent } from '../../src/simulator/world';
import type { XapiTransport } from '../../src/xenapi/transport';

const FOREVER = new AbortController().signal;

/** Of the simulated pool's root. */
export const PASSWORD = 'simulated';

export class Hand {
  private session: string | undefined;

  /** @param origin a host that answers, the master's unless told otherwise */
  constructor(
    private readonly stage: Stage,
    private readonly transport: XapiTransport,
    private readonly origin = masterOrigin(stage),
  ) {}

  /** @throws Error with XenAPI's code when the pool refuses */
  async call(method: string, ...params: readonly unknown[]): Promise<unknown> {
    this.session ??= String(await this.send('session.login_with_password', ['root', PASSWORD, '1.0', 'a hand']));
    return this.send(method, [this.session, ...params]);
  }

  ref(table: string, name: string): string {
    const found = [...this.stage.world.database.records(table)].find(([, record]) => record['name_label'] === name);
    if (found === undefined) throw new Error(`no ${table} ${name}`);
    return found[0];
  }

  private async send(method: string, params: readonly unknown[]): Promise<unknown> {
    const body = JSON.stringify({ jsonrpc: '2.0', id: 1, method, params });
    const answer = await this.transport.post(this.origin, '/jsonrpc', body, FOREVER);
    const read = JSON.parse(answer.body) as { readonly result?: unknown; readonly error?: { readonly message: string } };
    if (read.error !== undefined) throw new Error(`${method}: ${read.error.message}`);
    return read.result;
  }
}

export function masterOrigin({ world }: Stage): string {
  const pool = [...world.database.records('pool').values()][0];
  return `https://${String(world.database.get('host', String(pool?.['master']))?.['address'])}`;
}

/** A person's hand. */
export function personAt(stage: Stage): Hand {
  return new Hand(stage, stage.world.transport('person'));
}

/** Runs `act` the first time an event fits; what goes wrong in it is kept for the test to see. */
export function once(stage: Stage, fits: (event: WorldEvent) => boolean, act: () => Promise<unknown>, errors: unknown[]): void {
  let done = false;
  stage.world.bus.on((event) => {
    if (done || !fits(event)) return;
    done = true;
    act().catch((error: unknown) => errors.push(error));
  });
}

/** The XenAPI method a request calls, without `Async.`. */
export function methodOf(body: string): string {
  const found = /"method":\s*"(?:Async\.)?([^"]+)"|<methodName>(?:Async\.)?([^<]+)</.exec(body);
  return found?.[1] ?? found?.[2] ?? '';
}
