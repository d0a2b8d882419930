// Which attempt a path belongs to, and whether it is open. Pure: what is known of attempts, a path and a time decide. When in doubt it is closed.
import { attemptKey, type BootAttempt } from './attempt';
import {
  type BootKey,
  type BootKeys,
  type ParsedToken,
  parseToken,
  PATH_KINDS,
  type PathKind,
  sameToken,
  tokenOf,
} from './tokens';

export type Opened =
  | {
      readonly kind: 'Open';
      readonly attempt: BootAttempt;
      readonly purpose: PathKind;
      /** What stands behind the token, decoded: no empty part, no `.` or `..`. */
      readonly rest: readonly string[];
      /** The key it was made with: paths told to the installer are made with the same. */
      readonly key: BootKey;
    }
  | { readonly kind: 'Closed'; readonly attempt: BootAttempt; readonly purpose: PathKind; readonly why: string }
  /** Of no attempt that is being worked on. */
  | { readonly kind: 'Unknown' };

interface Entry {
  readonly attempt: BootAttempt;
  readonly purpose: PathKind;
  readonly key: BootKey;
  readonly token: ParsedToken;
}

/** What is known of attempts at one moment: those that a status says are being worked on, and no others. */
export class AttemptsKnown {
  private readonly byLocator = new Map<string, Entry[]>();
  private readonly byMac = new Map<string, BootAttempt[]>();

  constructor(
    readonly keys: BootKeys,
    readonly attempts: readonly BootAttempt[],
  ) {
    for (const attempt of attempts) {
      for (const key of keys) for (const purpose of PATH_KINDS) this.add(attempt, key, purpose);
      for (const mac of attempt.machine.macs) this.byMac.set(mac, [...(this.byMac.get(mac) ?? []), attempt]);
    }
  }

  private add(attempt: BootAttempt, key: BootKey, purpose: PathKind): void {
    const token = parseToken(tokenOf(key, attempt, purpose))!;
    this.byLocator.set(token.locator, [...(this.byLocator.get(token.locator) ?? []), { attempt, purpose, key, token }]);
  }

  /** More than one where two objects claim one host. */
  entriesFor(token: ParsedToken, purpose: string): readonly Entry[] {
    const near = this.byLocator.get(token.locator) ?? [];
    return near.filter((entry) => sameToken(entry.token, token) && entry.purpose === purpose);
  }

  /** @param mac lower case with colons */
  attemptsOf(mac: string): readonly BootAttempt[] {
    return this.byMac.get(mac) ?? [];
  }
}

/** What an installer that has begun still needs: to withhold it past the point of no return would leave the host with no system. */
const NEEDED_TO_END: ReadonlySet<PathKind> = new Set(['media', 'repository', 'complete']);

/**
 * @param path as in the request, without its query: `/KIND/TOKEN[/REST]`
 * @param begun whether the installer has fetched its first script in that attempt: what it needs to end does not expire then
 */
export function openAttempt(path: string, now: number, known: AttemptsKnown, begun: (attempt: BootAttempt) => boolean): Opened {
  const [empty, purpose, text, ...rest] = path.split('/');
  const token = parseToken(text ?? '');
  if (empty !== '' || token === undefined) return { kind: 'Unknown' };
  const [entry, another] = known.entriesFor(token, purpose ?? '');
  if (entry === undefined) return { kind: 'Unknown' };
  const closed = (why: string): Opened => ({ kind: 'Closed', attempt: entry.attempt, purpose: entry.purpose, why });
  if (another !== undefined) return closed('two objects say that they work on this host');
  if (expired(entry, now, begun)) return closed('the attempt has expired');
  const parts = decoded(rest);
  if (parts === undefined) return closed('the path leads out of its place');
  return { kind: 'Open', attempt: entry.attempt, purpose: entry.purpose, rest: parts, key: entry.key };
}

function expired({ attempt, purpose }: Entry, now: number, begun: (attempt: BootAttempt) => boolean): boolean {
  return now >= attempt.expires && !(NEEDED_TO_END.has(purpose) && begun(attempt));
}

/** Parts of a path, each decoded once; undefined when one could mean a place outside. Doubled slashes are forgiven: installers join paths so. */
function decoded(parts: readonly string[]): readonly string[] | undefined {
  const names: string[] = [];
  for (const part of parts.filter((one) => one !== '')) {
    const name = decodedPart(part);
    if (name === undefined) return undefined;
    names.push(name);
  }
  return names;
}

function decodedPart(part: string): string | undefined {
  let name: string;
  try {
    name = decodeURIComponent(part);
  } catch {
    return undefined;
  }
  const wanders = name === '.' || name === '..' || /[/\\]/.test(name);
  // eslint-disable-next-line no-control-regex -- exactly these are looked for
  return wanders || /[\x00-\x1f\x7f]/.test(name) ? undefined : name;
}

/** Path of one purpose, with a slash at the end. @param rest encoded by whoever calls */
export function pathOf(key: BootKey, attempt: BootAttempt, purpose: PathKind, rest = ''): string {
  return `/${purpose}/${tokenOf(key, attempt, purpose)}/${rest}`;
}

/** The one attempt that a network card may boot; a reason where that is not certain. */
export function attemptByMac(mac: string, now: number, known: AttemptsKnown): BootAttempt | { readonly why: string } {
  const all = known.attemptsOf(mac).filter(({ expires }) => now < expires);
  const [attempt, ...others] = all.filter(({ method }) => method === 'PXE');
  if (attempt === undefined) return { why: 'no host with this card is to boot over the network' };
  if (others.length > 0 || all.length > 1) return { why: `two hosts have the card ${mac}: ${all.map(attemptKey).join(', ')}` };
  return attempt;
}
