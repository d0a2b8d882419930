// Tells an upgrade line by line, for a pipe: with the clock of the pool, how far the whole has come, and the host. It is shown one sight after the other and
// tells what differs; guests with one fate at about one time share a line. Whatever the status says and nobody has words for is told as it is.
import type { PoolUpgrade } from '../api/generated/poolUpgrade';
import { HOST_PHASES, POOL_PHASES } from '../api/phases';
import { forecast } from './forecast';
import { isTrouble, plain, withoutInstants } from './model';
import { elapsed, type Sight, type WorldView } from './sight';
import { clock } from './table';
import { effectWords, type Fate, guestWords, type Journal } from './words';

type Status = NonNullable<PoolUpgrade['status']>;
type HostStatus = NonNullable<Status['hosts']>[number];

/** What was told, for the report: seconds of the pool, the host's name or '', the words. */
export interface StoryLine {
  readonly at: number;
  readonly host: string;
  readonly event: string;
}

interface Group {
  readonly host: string;
  readonly fate: Fate;
  readonly key: string;
  readonly at: number;
  readonly names: string[];
}

/** Guests whose fates are seen at most so many milliseconds of the pool apart share a line. */
const TOGETHER = 60_000;
/** Phases another line tells. */
const SILENT: readonly string[] = ['', 'Pending', 'Validating', 'Planning', 'Upgrading', 'Rejoining', 'Upgraded', 'Succeeded'];
/** Sentences of the status that only say what the journal says as well. */
const DULL: readonly string[] = ['Working', 'Validating', 'Planning', 'Upgraded'];

export class Storyteller {
  readonly lines: StoryLine[] = [];
  private sight: Sight | undefined;
  private group: Group | undefined;
  private readonly explained = new Set<string>();
  private readonly begun: string[] = [];
  /** The last effect that was meant for a guest. */
  private readonly effects = new Map<string, string>();
  /** How a guest stopped that does not run now. */
  private readonly stops = new Map<string, string>();

  /** @param write told each line, without its end */
  constructor(
    private readonly write: (line: string) => void,
    private readonly colour: boolean,
  ) {}

  /** What is seen now. Guests first: the world was asked when the status had come, and what is so already was so before that. */
  hear(sight: Sight): void {
    if (this.group !== undefined && sight.now - this.group.at > TOGETHER) this.flush();
    const [now, before] = [partsOf(sight), partsOf(this.sight)];
    this.sight = sight;
    if (now.status !== before.status) this.noteEffects(now.status?.journal);
    if (now.world !== undefined && before.world !== undefined) this.hearWorld(now.world, before.world);
    if (now.status !== undefined && now.status !== before.status) this.hearStatus(now.status, before.status);
  }

  /** Something that is not of the upgrade itself: processes that die, and the like. */
  say(words: string, style = '33'): void {
    this.flush();
    this.line('', words, style);
  }

  /** Tells what was held back to be told together. */
  flush(): void {
    const { group } = this;
    this.group = undefined;
    const patience = this.sight?.object?.spec.vms.forceShutdownAfter;
    if (group !== undefined) this.line(group.host, guestWords(group.names, group.fate, patience));
  }

  private noteEffects(journal: Journal | undefined): void {
    for (const { object, effect } of journal?.items ?? []) this.effects.set(object, effect);
  }

  private hearStatus(is: Status, before: Status | undefined): void {
    const [now, was] = [essenceOf(is), essenceOf(before)];
    this.hearHosts(now.hosts, was.hosts);
    if (now.phase !== was.phase) this.hearPhase('', now.phase, POOL_PHASES);
    if (is.journal !== undefined && now.step !== was.step) this.hearJournal(is.journal, hostOf(is));
    if (now.sentence !== was.sentence) this.tell(hostOf(is), now.sentence, is.stalled === true ? '31;1' : '');
  }

  private hearHosts(are: readonly HostStatus[], were: readonly HostStatus[]): void {
    for (const host of are) this.hearInstaller(host, were);
    for (const { uuid, name, role, phase } of are) {
      if (phase === 'Pending' || phase === were.find((host) => host.uuid === uuid)?.phase) continue;
      if (!this.begun.includes(name)) this.heading(name, role);
      this.hearPhase(name, phase, HOST_PHASES);
    }
  }

  /** What the boot server saw of it: that the old system is gone, and that it said at its end that it failed. That it is done is told by the host. */
  private hearInstaller({ uuid, name, installer }: HostStatus, were: readonly HostStatus[]): void {
    const before = were.find((host) => host.uuid === uuid)?.installer;
    if (installer === undefined || !this.begun.includes(name)) return;
    const passed = installer.side === 'Past' && before?.side !== 'Past';
    if (passed) this.tell(name, `the point of no return is passed: ${plain(installer.because)}`);
    this.hearResult(name, installer.result, before?.result);
  }

  private hearResult(name: string, is: string | undefined, was: string | undefined): void {
    if (is === 'Failed' && was !== 'Failed') this.tell(name, 'its installer says that it failed', '31;1');
  }

  private hearPhase(host: string, phase: string, meanings: Readonly<Record<string, { readonly meaning: string }>>): void {
    if (SILENT.includes(phase)) return;
    const meaning = this.explained.has(phase) ? '' : `: ${lowerFirst(meanings[phase]?.meaning ?? '')}`;
    this.explained.add(phase);
    this.tell(host, `${phase}${meaning}`, isTrouble(phase) ? '31;1' : '36');
  }

  private hearJournal({ items }: Journal, host: string): void {
    for (const item of items) {
      const told = effectWords(item);
      if (told !== undefined) this.tell(told.ofPool ? '' : host, told.words);
    }
  }

  private hearWorld(is: WorldView, was: WorldView): void {
    if (is === was) return;
    const before = new Map(was.domains.map((domain) => [domain.vm, domain]));
    const now = new Set(is.domains.map(({ vm }) => vm));
    for (const { vm, name, host } of was.domains) {
      if (now.has(vm)) continue;
      const by = this.effects.get(vm) ?? '';
      this.stops.set(vm, by);
      this.guest(host, name, { kind: 'Gone', by });
    }
    for (const { vm, name, host } of is.domains) {
      const old = before.get(vm);
      if (old === undefined) this.guest(host, name, { kind: 'Back', from: this.stops.get(vm) ?? '' });
      else if (old.host !== host) this.guest(old.host, name, { kind: 'Moved', to: host });
    }
  }

  private guest(host: string, name: string, fate: Fate): void {
    const key = JSON.stringify([host, fate]);
    if (this.group?.key === key) return void this.group.names.push(name);
    this.flush();
    this.group = { host, fate, key, at: this.sight?.now ?? 0, names: [name] };
  }

  private heading(host: string, role: string): void {
    this.flush();
    this.begun.push(host);
    const title = `── ${host}, ${role === 'master' ? 'the master' : 'a member'}: host ${this.begun.length} of ${this.sight?.object?.status?.hosts?.length ?? 0} `;
    this.write(this.paint(title.padEnd(60, '─'), '1'));
  }

  private tell(host: string, words: string, style = ''): void {
    if (words === '') return;
    this.flush();
    this.line(host, words, style);
  }

  private line(host: string, words: string, style = ''): void {
    const { sight } = this;
    const at = sight === undefined ? 0 : elapsed(sight);
    const percent = `${Math.floor(forecast(sight?.object, sight?.now ?? 0).share * 100)}%`.padStart(4);
    const who = (host === '' ? 'pool' : host).padEnd(this.width());
    this.lines.push({ at: Math.round(at / 1_000), host, event: words });
    this.write(
      `${this.paint(`${clock(at)} ${percent}`, '2')}  ${this.paint(who, '1')}  ${style === '' ? words : this.paint(words, style)}`,
    );
  }

  private width(): number {
    return Math.max(4, ...(this.sight?.object?.status?.hosts ?? []).map(({ name }) => name.length));
  }

  private paint(text: string, style: string): string {
    return this.colour ? `\u001b[${style}m${text}\u001b[0m` : text;
  }
}

/** The status' sentence when it says more than phases and journal do. */
function sentenceOf(status: Status | undefined): string {
  const { reason = '', message = '' } = status ?? {};
  if (DULL.includes(reason)) return '';
  const words = plain(withoutInstants(message));
  return status?.stalled === true ? `${reason}: ${words}` : words;
}

function partsOf(sight: Sight | undefined): { readonly status: Status | undefined; readonly world: WorldView | undefined } {
  return { status: sight?.object?.status, world: sight?.world };
}

interface Essence {
  readonly hosts: readonly HostStatus[];
  readonly phase: string;
  /** Of the journal. */
  readonly step: string | undefined;
  readonly sentence: string;
}

/** What is told of a status, whatever of it is there yet. */
function essenceOf(status: Status | undefined): Essence {
  const { hosts = [], phase = '', journal } = status ?? {};
  return { hosts, phase, step: journal?.id, sentence: sentenceOf(status) };
}

function hostOf(status: Status): string {
  return status.progress?.host ?? '';
}

function lowerFirst(text: string): string {
  return text.charAt(0).toLowerCase() + text.slice(1).replace(/\.$/, '');
}
