// From a decoded call to its outcome: is this agent in service, does this release know the method, are the arguments what it takes, is the session
// good; then the handler, at once or as a task.
import { message, type Message, paramsServedBy, servedBy, type Parameter } from '../../datamodel/datamodel';
import { normalise } from '../../xenapi/codec/normalise';
import type { DecodedCall, ServerOutcome } from '../../xenapi/codec/server';
import type { Cause, HostUuid } from '../world';
import { ApiError } from './apiError';
import type { Call, Handlers } from './call';
import { fieldHandler } from './fieldCalls';
import type { FieldValue, Ref } from './liveDatabase';
import { NULL_REF } from './recordFields';
import { wrongType } from './wrongType';
import type { Xapi } from './xapi';

export interface Reply {
  readonly outcome: ServerOutcome;
  /** In the datamodel's notation. */
  readonly resultType: string;
}

/** Tag of the transport by which a person works on the pool. */
export const PERSON = 'person';

/** Classes whose calls have no `Async.` form. */
const NEVER_ASYNC: ReadonlySet<string> = new Set(['session', 'event', 'task', 'data_source', 'blob']);
/** Carried out by any agent that serves, whoever is master and wherever it is. */
const EMERGENCY_CALLS: ReadonlySet<string> = new Set([
  'session.slave_local_login_with_password',
  'session.local_logout',
  'host.is_in_emergency_mode',
]);
const PLUGIN_READS: ReadonlySet<unknown> = new Set([
  'testUrl',
  'testSafe2Upgrade',
  'getVersion',
  'getDom0DefaultMemory',
  'getEUA',
]);
const READING_CLASSES: ReadonlySet<string> = new Set(['session', 'event', 'task', 'system']);
const READING_NAME =
  /^(get_|assert_|compute_|update_allowed_operations$|is_in_emergency_mode$|ha_compute_|ha_failover_plan_exists$)/;

/** Calls that the datamodel does not name. */
function hiddenMessage(cls: string, name: string): Message | undefined {
  const hidden = { name, session: true, since: 'rio', params: [] };
  if (cls === 'host' && name === 'is_in_emergency_mode') return { ...hidden, result: 'bool' };
  if (cls === 'system' && name === 'listMethods') return { ...hidden, session: false, result: 'string set' };
  const ofRecords = message(cls, 'get_all_records');
  if (name !== 'get_all_records_where' || ofRecords === undefined) return undefined;
  return { ...ofRecords, name, params: [{ name: 'expr', type: 'string' }] };
}

export class Dispatcher {
  constructor(
    private readonly xapi: Xapi,
    private readonly handlers: Handlers,
  ) {}

  /** Whether a call is meant to change something outside XAPI's own book-keeping. */
  changes(decoded: DecodedCall): boolean {
    const { cls, name } = parse(decoded.method);
    if (READING_CLASSES.has(cls) || READING_NAME.test(name)) return false;
    return !(name === 'call_plugin' && PLUGIN_READS.has(decoded.params[3]));
  }

  /** @param gone aborts when nobody waits for the answer any more: work goes on, waiting ends */
  async carryOut(receiver: HostUuid, caller: string, decoded: DecodedCall, gone: AbortSignal): Promise<Reply> {
    const { method, cls, name, asynchronous } = parse(decoded.method);
    const described = message(cls, name) ?? hiddenMessage(cls, name);
    const resultType = asynchronous ? 'task ref' : (described?.result ?? 'void');
    try {
      this.passGate(receiver, method);
      const known = this.assertServed(decoded.method, cls, described, asynchronous);
      const call = { ...this.prepare(receiver, caller, decoded, { method, cls, name }, known), gone };
      const value = asynchronous ? this.start(decoded.method, call) : await this.run(call);
      return { outcome: { ok: true, value }, resultType };
    } catch (error) {
      if (!(error instanceof ApiError)) throw error;
      return { outcome: { ok: false, error: error.description }, resultType };
    }
  }

  private passGate(receiver: HostUuid, method: string): void {
    const obstacle = this.xapi.agents.gate(receiver);
    if (obstacle === undefined || EMERGENCY_CALLS.has(method)) return;
    const [code, ...params] = obstacle;
    throw new ApiError(code!, ...params);
  }

  private assertServed(asked: string, cls: string, described: Message | undefined, asynchronous: boolean): Message {
    const known = described !== undefined && servedBy(described, this.xapi.served.release);
    if (!known || (asynchronous && NEVER_ASYNC.has(cls))) throw new ApiError('MESSAGE_METHOD_UNKNOWN', asked);
    return described;
  }

  private prepare(
    receiver: HostUuid,
    caller: string,
    decoded: DecodedCall,
    parsed: Pick<Call, 'method' | 'cls' | 'name'>,
    known: Message,
  ): Omit<Call, 'gone'> {
    const given = known.session ? decoded.params.slice(1) : decoded.params;
    const taken = paramsServedBy(known, this.xapi.served.release);
    const needed = taken.filter((param) => param.optional !== true).length;
    if (given.length > taken.length || given.length < needed) {
      throw new ApiError('MESSAGE_PARAMETER_COUNT_MISMATCH', decoded.method, String(taken.length), String(given.length));
    }
    const session = known.session ? String(decoded.params[0] ?? '') : NULL_REF;
    this.xapi.tasks.expire();
    if (known.session) this.assertSession(session);
    const args = taken.map((param, index) => typed(given[index], param));
    return { ...parsed, args, session, caller, receiver, task: this.xapi.newRef(), cause: causeOf(caller) };
  }

  private assertSession(session: Ref): void {
    if (!this.xapi.sessions.isLocal(session)) this.xapi.sessions.use(session);
  }

  private async run(call: Call): Promise<FieldValue> {
    const handler = this.handlers[call.method] ?? fieldHandler(this.xapi, call);
    if (handler === undefined) throw new ApiError('NOT_IMPLEMENTED', call.method);
    return handler(call);
  }

  /** Answers with the task at once; its end is written there. */
  private start(label: string, call: Call): Ref {
    const { tasks, hosts } = this.xapi;
    const task = tasks.create(label, '', hosts.ref(call.receiver));
    void this.run({ ...call, task }).then(
      (value) => tasks.succeed(task, value),
      (error: unknown) => {
        if (!(error instanceof ApiError)) throw error;
        tasks.fail(task, error);
      },
    );
    return task;
  }
}

/** What the transport of the tag `person` carries is what a person does by hand. */
function causeOf(caller: string): Cause {
  return caller === PERSON ? { by: 'person' } : { by: 'call', caller };
}

function parse(asked: string): {
  readonly method: string;
  readonly cls: string;
  readonly name: string;
  readonly asynchronous: boolean;
} {
  const asynchronous = asked.startsWith('Async.');
  const method = asynchronous ? asked.slice('Async.'.length) : asked;
  const dot = method.indexOf('.');
  return { method, cls: method.slice(0, dot), name: method.slice(dot + 1), asynchronous };
}

/** Brings an argument into the form the database uses. @throws ApiError INTERNAL_ERROR, as XAPI's unmarshaller fails */
function typed(value: unknown, param: Parameter): FieldValue | undefined {
  if (value === undefined) return undefined;
  try {
    return normalise(value, param.type) as FieldValue;
  } catch (error) {
    if (error instanceof Error && error.name === 'XapiError') throw wrongType(value, param.type);
    throw error;
  }
}
