// The driver: one BMC by Redfish. It finds the machine once, and does everything else anew each time it is asked; what one verb does stands in that verb's file.
import { Aborted, type Clock } from '../../foundation/clock';
import type { Random } from '../../foundation/random';
import type { RedfishAddress } from '../address';
import { type Bmc, BmcError, type BmcErrorKind, type Capabilities } from '../bmc';
import type { Intent } from '../intent';
import { Lane } from '../lane';
import type { SessionBook } from '../sessionBook';
import type { BmcTransport } from '../transport';
import { clearBoot, readBoot, setBootOnce } from './boot';
import { readCapabilities } from './capabilities';
import { readIntents } from './intents';
import { at, textOf, type Thing } from './json';
import { LeftSessions } from './leftSessions';
import { type Call, Line } from './line';
import { type Credentials, Login } from './login';
import { entranceOf, findMachine, type Machine, readRoot } from './machine';
import { ejectMedia, insertMedia, readMedia } from './media';
import { paced } from './pace';
import { readPower, setPower } from './power';
import { readSystem, type Seat } from './seat';
import { Wire } from './wire';

export interface RedfishParts {
  readonly address: RedfishAddress;
  readonly credentials: Credentials;
  readonly transport: BmcTransport;
  readonly clock: Clock;
  /** Spreads the pauses between tries. */
  readonly random: Random;
  /** Where sessions are accounted for, and those left behind are found. */
  readonly book?: SessionBook;
  /** Milliseconds between an answer and the next request. */
  readonly gapMs?: number;
  /** Of this BMC, where others speak to it as well. Default: its own. */
  readonly lane?: Lane;
}

export interface RedfishBmc extends Bmc {
  /** URI of the session in use; undefined: none, or basic authentication. */
  readonly session: string | undefined;
  /** What each verb would send. Asks only. */
  intents(signal: AbortSignal): Promise<readonly Intent[]>;
}

export function createRedfish(parts: RedfishParts): RedfishBmc {
  return new Driver(parts);
}

/** Of a verb that changes nothing: each resource is read once. */
function reading<T>(work: (seat: Seat, call: Call) => Promise<T>): (seat: Seat, call: Call) => Promise<T> {
  return (seat, call) => work(seat, { ...call, seen: new Map() });
}

/** What a request that was given up looks like from where it was sent. */
const CUT_SHORT: ReadonlySet<BmcErrorKind> = new Set(['Transient', 'Unreachable']);

class Driver implements RedfishBmc {
  private readonly line: Line;
  private readonly login: Login;
  private readonly wire: Wire;
  private readonly left: LeftSessions | undefined;
  private root: Promise<Thing> | undefined;
  private machine: Promise<Machine> | undefined;

  constructor(private readonly parts: RedfishParts) {
    const { address, transport, clock, random, credentials, book, gapMs, lane = new Lane(clock) } = parts;
    const { origin } = address;
    this.line = new Line({ transport: paced(transport, lane, origin, gapMs), origin, clock, random });
    const entrance = async (call: Call): ReturnType<Login['parts']['entrance']> => entranceOf(origin, await this.readRoot(call));
    this.login = new Login({ line: this.line, credentials, entrance, book });
    this.wire = new Wire(this.line, this.login);
    const collection = async (call: Call): Promise<string | undefined> => (await entrance(call)).sessions;
    const { line, login } = this;
    this.left = book && new LeftSessions({ line, login, username: credentials.username, collection, book });
  }

  get session(): string | undefined {
    return this.login.session;
  }

  probe(signal: AbortSignal): Promise<Capabilities> {
    return this.seated('probe', signal, reading(readCapabilities));
  }

  intents(signal: AbortSignal): Promise<readonly Intent[]> {
    return this.seated('intents', signal, reading(readIntents));
  }

  power(signal: AbortSignal): ReturnType<Bmc['power']> {
    return this.seated('power', signal, reading(readPower));
  }

  setPower(...[wanted, signal]: Parameters<Bmc['setPower']>): ReturnType<Bmc['setPower']> {
    return this.seated('setPower', signal, (seat, call) => setPower(seat, wanted, call));
  }

  boot(signal: AbortSignal): ReturnType<Bmc['boot']> {
    return this.seated('boot', signal, reading(readBoot));
  }

  setBootOnce(...[target, mode, signal]: Parameters<Bmc['setBootOnce']>): ReturnType<Bmc['setBootOnce']> {
    return this.seated('setBootOnce', signal, (seat, call) => setBootOnce(seat, target, mode, call));
  }

  clearBootOverride(signal: AbortSignal): ReturnType<Bmc['clearBootOverride']> {
    return this.seated('clearBootOverride', signal, clearBoot);
  }

  media(signal: AbortSignal): ReturnType<Bmc['media']> {
    return this.seated('media', signal, reading(readMedia));
  }

  insertMedia(...[url, ours, signal]: Parameters<Bmc['insertMedia']>): ReturnType<Bmc['insertMedia']> {
    return this.seated('insertMedia', signal, (seat, call) => insertMedia(seat, url, ours, call));
  }

  ejectMedia(...[ours, signal]: Parameters<Bmc['ejectMedia']>): ReturnType<Bmc['ejectMedia']> {
    return this.seated('ejectMedia', signal, (seat, call) => ejectMedia(seat, ours, call));
  }

  bootProgress(signal: AbortSignal): Promise<string> {
    return this.seated('bootProgress', signal, async (seat, call) => {
      const { body } = await readSystem(seat, call);
      return textOf(at(body, 'BootProgress', 'LastState'));
    });
  }

  async close(): Promise<void> {
    await this.left?.stop();
    await this.login.close();
  }

  /** A system that is not where it was may have moved with an update of the firmware: it is looked for once more. Every verb looks before it acts. */
  private seated<T>(verb: string, signal: AbortSignal, work: (seat: Seat, call: Call) => Promise<T>): Promise<T> {
    return this.bounded(verb, signal, async (call) => {
      const machine = await this.findMachine(call);
      try {
        return await work({ wire: this.wire, machine }, call);
      } catch (error) {
        if (!(error instanceof BmcError) || error.reason !== 'NotFound') throw error;
        this.root = undefined;
        this.machine = undefined;
        return work({ wire: this.wire, machine: await this.findMachine(call) }, call);
      }
    });
  }

  /** Whoever ends the waiting gets the error every verb has. */
  private async bounded<T>(verb: string, signal: AbortSignal, work: (call: Call) => Promise<T>): Promise<T> {
    for (;;)
      try {
        const result = await work({ verb, signal });
        this.left?.begin();
        return result;
      } catch (error) {
        const interrupted = error instanceof Aborted || (error instanceof BmcError && CUT_SHORT.has(error.kind));
        // Somebody else with whom a login or a look was shared gave up: not we.
        if (error instanceof Aborted && !signal.aborted) continue;
        if (!interrupted || !signal.aborted) throw error;
        throw new BmcError('Timeout', verb, `${verb}: given up by the caller before it was over`, 'GivenUp');
      }
  }

  /** Read once; what failed is read anew by the next. */
  private readRoot(call: Call): Promise<Thing> {
    this.root ??= readRoot(this.line, call).catch((error: unknown) => {
      this.root = undefined;
      throw error;
    });
    return this.root;
  }

  private findMachine(call: Call): Promise<Machine> {
    this.machine ??= this.readRoot(call)
      .then((root) => findMachine(this.wire, root, this.parts.address.system, call))
      .catch((error: unknown) => {
        this.machine = undefined;
        throw error;
      });
    return this.machine;
  }
}
