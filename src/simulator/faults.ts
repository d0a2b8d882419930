// The faults a simulated world can be given: their catalogue, the text they are asked for with (`NAME[@master|member|HOST][:key=value,…]`), and who is
// struck when a half of the world comes to a place where a fault can bite. Nothing here is random, so a run with faults is as repeatable as one without.
import type { FaultQuery, HostUuid, VmUuid } from './world';

interface FaultKey {
  /** The values it takes, in words for a person. */
  readonly expects: string;
  readonly accepts: (value: string) => boolean;
  /** What holds when it is left out; null when it means "any", undefined when it must be given. */
  readonly preset?: string | null;
}

export interface FaultKind {
  readonly name: string;
  /** One line for `--list-faults`. */
  readonly description: string;
  /** Whether `@…` makes sense: faults of the program itself happen to no host. */
  readonly ofHosts: boolean;
  /** It goes on for as long as the world does, with the first object that it struck. */
  readonly lasting?: true;
  readonly keys: Readonly<Record<string, FaultKey>>;
}

function oneOf(values: readonly string[], preset: string | null): FaultKey {
  return { expects: values.join(' or '), accepts: (value) => values.includes(value), preset };
}

function count(preset?: string): FaultKey {
  const accepts = (value: string): boolean => /^[1-9]\d*$/.test(value);
  return { expects: 'a whole number from 1', accepts, ...(preset === undefined ? {} : { preset }) };
}

function seconds(preset: string, signed: boolean): FaultKey {
  const pattern = signed ? /^-?\d+$/ : /^\d+$/;
  return { expects: 'whole seconds', accepts: (value) => pattern.test(value), preset };
}

const anyText: FaultKey = { expects: 'a name', accepts: (value) => value !== '', preset: null };
const vm: FaultKey = { expects: 'name or UUID of a VM of the pool', accepts: (value) => value !== '', preset: null };
const version: FaultKey = {
  expects: 'product version of the installer',
  accepts: (value) => /^\d+(\.\d+)+$/.test(value),
  preset: null,
};
const times = count('1');

const ofBmc = (name: string, description: string, keys: FaultKind['keys'] = { times }, lasting?: true): FaultKind => ({
  name,
  description,
  ofHosts: true,
  keys,
  ...(lasting === undefined ? {} : { lasting }),
});

/** What goes wrong between a BMC, its machine and the boot server. */
const BMC_FAULTS: readonly FaultKind[] = [
  ofBmc('bmc-unreachable', 'a BMC answers nobody, from so many seconds of the run on and for so many', {
    after: seconds('0', false),
    for: seconds('999999', false),
  }),
  ofBmc('bmc-slow', 'a BMC takes so many seconds longer for every answer', { by: seconds('5', false) }),
  ofBmc('bmc-of-other', "the address of a host's BMC leads to that of another host", {}),
  ofBmc('bmc-session-lost', 'a BMC forgets all its sessions, as after a restart of its own'),
  ofBmc('media-not-fetched', 'a BMC says that an image is inserted, and the machine finds nothing in its drive'),
  ofBmc('media-foreign', "somebody else's image is in a BMC's virtual CD", {}),
  ofBmc('media-unlicensed', 'a BMC lacks the licence for virtual media', {}, true),
  ofBmc('override-forgotten', 'a machine boots from its disk although its BMC was told otherwise'),
  ofBmc('power-on-ignored', 'a BMC accepts to switch a machine on, and it stays off'),
  ofBmc('post-refuses', 'a BMC takes no boot override while the machine tests itself', {}, true),
  ofBmc('pxe-silent', 'nobody answers a machine that boots over the network'),
  ofBmc('medium-untouched', "a machine boots the vendor's own image, of a copy that its BMC kept or from another server"),
  ofBmc('answerfile-unreachable', 'an installer cannot reach its answer file'),
];

/** All faults, in the order in which they are listed. */
export const FAULTS: readonly FaultKind[] = [
  {
    name: 'installer-fails',
    description: 'the installer gives up before it touches the disk, or after the point of no return',
    ofHosts: true,
    keys: { stage: oneOf(['before-backup', 'after-format'], 'before-backup'), release: version, times },
  },
  { name: 'host-never-returns', description: 'the upgraded host hangs while it boots', ofHosts: true, keys: { times } },
  {
    name: 'migration-fails',
    description: 'a live migration fails; the VM goes on where it was',
    ofHosts: true,
    keys: { vm, times },
  },
  {
    name: 'guest-ignores-shutdown',
    description: 'a guest that never heeds a clean shutdown',
    ofHosts: true,
    lasting: true,
    keys: { vm },
  },
  {
    name: 'reset-mid-call',
    description: 'the connection breaks in a call that changes something, which has or has not been carried out',
    ofHosts: true,
    keys: { call: anyText, delivered: oneOf(['true', 'false'], 'true'), times },
  },
  {
    name: 'agent-restarts',
    description: 'the XAPI daemon of a host restarts by itself',
    ofHosts: true,
    keys: { after: seconds('600', false), times },
  },
  {
    name: 'clock-steps',
    description: "a host's own clock jumps, at its next boot or after so many seconds of the run",
    ofHosts: true,
    keys: { by: seconds('300', true), when: oneOf(['boot', 'up'], 'boot'), after: seconds('600', false) },
  },
  {
    name: 'certificate-changes',
    description: 'a served host comes back from its next boot with another certificate',
    ofHosts: true,
    keys: { times },
  },
  {
    name: 'short-certificate',
    description:
      'a host answers so many times with a certificate whose RSA key has 1024 bits, until somebody has made it another',
    ofHosts: true,
    keys: { times },
  },
  {
    name: 'repository-refuses',
    description: 'a host is so many times refused by the repository of the installer, with a code of the staging plugin',
    ofHosts: true,
    keys: { code: { ...anyText, expects: 'a code of testUrl', preset: 'TIMEOUT' }, times },
  },
  {
    name: 'licence-agreement',
    description: 'the repository comes with a licence agreement, so many times as it is asked for',
    ofHosts: true,
    keys: { times },
  },
  ...BMC_FAULTS,
  {
    name: 'controller-crashes',
    description: 'the controller dies at the N-th crash point, or a run for every point',
    ofHosts: false,
    keys: { at: { expects: 'a whole number from 1, or every', accepts: (value) => value === 'every' || count().accepts(value) } },
  },
];

/** The text of `--list-faults`: a line a fault, a line a key. */
export function describeFaults(): string {
  return FAULTS.map((kind) => [`${kind.name}  ${kind.description}`, ...keysOf(kind)].join('\n')).join('\n');
}

function keysOf(kind: FaultKind): readonly string[] {
  return Object.entries(kind.keys).map(([name, key]) => {
    const preset = key.preset === undefined ? 'must be given' : key.preset === null ? 'default: any' : `default: ${key.preset}`;
    return `    ${name}=  ${key.expects} (${preset})`;
  });
}

export type FaultErrorKind =
  'Malformed' | 'UnknownFault' | 'UnknownKey' | 'BadValue' | 'MissingKey' | 'UnknownHost' | 'UnknownVm';

/** A fault that cannot be armed as it was written. */
export class FaultError extends Error {
  constructor(
    readonly kind: FaultErrorKind,
    readonly spec: string,
    readonly found: string,
    readonly expected: string,
  ) {
    super(`fault ${spec}: found ${found}, expected ${expected}`);
    this.name = 'FaultError';
  }
}

export interface FaultSpec {
  /** As it was written. */
  readonly text: string;
  readonly name: string;
  /** `master`, `member`, a host's name or UUID; null for whichever host comes first. */
  readonly at: string | null;
  /** All keys that were given or have a preset. */
  readonly params: Readonly<Record<string, string>>;
}

const SPEC = /^([^@:]+)(?:@([^:]+))?(?::(.*))?$/;

/** Reads `NAME[@master|member|HOST][:key=value,…]`. @throws FaultError */
export function parseFault(text: string): FaultSpec {
  const parts = SPEC.exec(text);
  if (parts === null) throw new FaultError('Malformed', text, `"${text}"`, 'NAME[@master|member|HOST][:key=value,…]');
  const kind = FAULTS.find((fault) => fault.name === parts[1]);
  const names = FAULTS.map((fault) => fault.name).join(', ');
  if (kind === undefined) throw new FaultError('UnknownFault', text, parts[1] ?? '', `one of ${names}`);
  const at = parts[2] ?? null;
  if (at !== null && !kind.ofHosts) throw new FaultError('UnknownHost', text, `@${at}`, `no host: ${kind.name} concerns none`);
  return { text, name: kind.name, at, params: paramsOf(kind, text, parts[3]) };
}

function paramsOf(kind: FaultKind, text: string, list: string | undefined): Readonly<Record<string, string>> {
  const given = new Map((list === undefined ? [] : list.split(',')).map((pair) => givenPair(kind, text, pair)));
  const params: Record<string, string> = {};
  for (const [name, key] of Object.entries(kind.keys)) {
    const value = given.get(name) ?? key.preset;
    if (value === undefined) throw new FaultError('MissingKey', text, 'nothing', `${name}= ${key.expects}`);
    if (value !== null) params[name] = value;
  }
  return params;
}

function givenPair(kind: FaultKind, text: string, pair: string): readonly [string, string] {
  const equals = pair.indexOf('=');
  if (equals < 1) throw new FaultError('Malformed', text, `"${pair}"`, 'key=value');
  const name = pair.slice(0, equals);
  const value = pair.slice(equals + 1);
  const key = Object.hasOwn(kind.keys, name) ? kind.keys[name] : undefined;
  const names = Object.keys(kind.keys).join(', ');
  if (key === undefined) throw new FaultError('UnknownKey', text, name, `one of ${names}`);
  if (!key.accepts(value)) throw new FaultError('BadValue', text, `${name}=${value}`, key.expects);
  return [name, value];
}

/** What the fault controller-crashes asks of the rehearsal; the world itself never asks for it. */
export function crashPoint(specs: readonly FaultSpec[]): number | 'every' | undefined {
  const at = specs.find((spec) => spec.name === 'controller-crashes')?.params['at'];
  return at === undefined || at === 'every' ? at : Number(at);
}

/** Whom faults can name: hosts in the order of the upgrade, and VMs. */
export interface FaultTargets {
  readonly hosts: readonly { readonly uuid: HostUuid; readonly name: string; readonly role: 'master' | 'member' }[];
  readonly vms: readonly { readonly uuid: VmUuid; readonly name: string }[];
}

export interface ArmedFaults extends FaultQuery {
  /**
   * Arms more, all or none, against the pool as it is now. Those of an hour count from then, once the world looks for them.
   * @throws FaultError for a host or VM that is not in the pool, and for a fault that is none of the pool's
   */
  add(specs: readonly FaultSpec[], targets: FaultTargets): void;
  /** Faults that never bit: such a run has not tested what it was asked to. */
  untouched(): readonly FaultSpec[];
}

interface Armed {
  readonly spec: FaultSpec;
  host: HostUuid | undefined;
  vm: VmUuid | undefined;
  left: number;
  struck: boolean;
}

/**
 * Arms faults against a pool. A fault bites the first object that fits and asks; guests that ignore a shutdown go on ignoring it.
 * @throws FaultError for a host or VM that is not in the pool
 */
export function armFaults(specs: readonly FaultSpec[], targets: FaultTargets): ArmedFaults {
  const armed = specs.filter((spec) => spec.name !== 'controller-crashes').map((spec) => arm(spec, targets));
  return {
    add(more, now): void {
      armed.push(...more.map((spec) => arm(spec, now)));
    },
    strike(name, object): Readonly<Record<string, string>> | undefined {
      const fault = armed.find((one) => one.spec.name === name && one.left > 0 && concerns(one, object));
      if (fault === undefined) return undefined;
      fault.left -= 1;
      fault.struck = true;
      if (fault.left === Infinity) bind(fault, object);
      return fault.spec.params;
    },
    untouched: () => armed.filter((one) => !one.struck).map((one) => one.spec),
  };
}

function arm(spec: FaultSpec, targets: FaultTargets): Armed {
  if (spec.name === 'controller-crashes')
    throw new FaultError('UnknownFault', spec.text, spec.name, 'a fault of the pool; a controller of one’s own one ends oneself');
  return {
    spec,
    host: spec.at === null ? undefined : hostOf(spec, spec.at, targets),
    vm: vmOf(spec, targets),
    left: Number(spec.params['times'] ?? (isLasting(spec) ? Infinity : 1)),
    struck: false,
  };
}

function isLasting({ name }: FaultSpec): boolean {
  return FAULTS.some((kind) => kind.name === name && kind.lasting === true);
}

/** It stays with what it struck: a VM wherever that goes, else a host. */
function bind(fault: Armed, { vm, host }: Parameters<FaultQuery['strike']>[1]): void {
  if (vm !== undefined) fault.vm = vm;
  else fault.host = host;
}

function concerns(fault: Armed, object: Parameters<FaultQuery['strike']>[1]): boolean {
  const { call, release } = fault.spec.params;
  if (call !== undefined && call !== object.call) return false;
  if (release !== undefined && release !== object.release) return false;
  return (fault.host === undefined || fault.host === object.host) && (fault.vm === undefined || fault.vm === object.vm);
}

function hostOf(spec: FaultSpec, at: string, { hosts }: FaultTargets): HostUuid {
  const host =
    at === 'master' || at === 'member'
      ? hosts.find(({ role }) => role === at)
      : (hosts.find(({ uuid }) => uuid === at) ?? hosts.find(({ name }) => name === at));
  const names = hosts.map(({ name }) => name).join(', ');
  if (host === undefined)
    throw new FaultError('UnknownHost', spec.text, `@${at}`, `master, member (if the pool has one), or one of ${names}`);
  return host.uuid;
}

function vmOf(spec: FaultSpec, { vms }: FaultTargets): VmUuid | undefined {
  const wanted = spec.params['vm'];
  if (wanted === undefined) return undefined;
  const found = vms.find(({ uuid }) => uuid === wanted) ?? vms.find(({ name }) => name === wanted);
  if (found === undefined) throw new FaultError('UnknownVm', spec.text, `vm=${wanted}`, 'name or UUID of a VM of the pool');
  return found.uuid;
}
