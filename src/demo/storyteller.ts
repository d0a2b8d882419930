// Tells a rehearsal as it happens: a line a happening, with the virtual clock, how far the whole has come, and the host. Guests with one fate at about one
// time share a line. It hears the world's timeline and what the controller logs, and knows nothing else.
import { HOST_PHASES, POOL_PHASES } from '../api/phases';
import { type Log, silentLog } from '../foundation/log';
import { ORIGIN } from '../rehearsal/stage';
import { Progress } from './progress';
import { effectWords, eventWords, guestEvent, guestWords } from './words';

export interface StorySubject {
  /** Names, the master first. */
  readonly hosts: readonly string[];
  /** `forceShutdownAfter` of the manifest. */
  readonly patience: string | undefined;
}

/** Guests whose fates come at most so many virtual seconds apart share a line. */
const TOGETHER = 2;

interface Group {
  readonly at: number;
  readonly host: string;
  readonly change: string;
  readonly names: string[];
}

export class Storyteller {
  private readonly progress: Progress;
  private readonly explained = new Set<string>();
  private readonly width: number;
  private group: Group | undefined;
  /** Virtual seconds at which the last thing was heard. */
  private at = 0;
  /** Virtual milliseconds that have passed; the log bears no time of its own. */
  private elapsed = 0;

  /** @param write told each line, without its end */
  constructor(
    private readonly subject: StorySubject,
    private readonly write: (line: string) => void,
    private readonly colour: boolean,
  ) {
    this.progress = new Progress(subject.hosts.length);
    this.width = Math.max(4, ...subject.hosts.map((name) => name.length));
  }

  /** The timeline's next entry: virtual seconds, the host's name or '', what happened. */
  hear(at: number, host: string, event: string): void {
    const guest = guestEvent(event);
    if (guest !== undefined && this.joins(at, host, guest.change)) return void this.group?.names.push(guest.name);
    this.flush();
    this.at = at;
    if (guest !== undefined) this.group = { at, host, change: guest.change, names: [guest.name] };
    else if (event.startsWith('phase ')) this.phase(host, event.slice('phase '.length));
    else this.happened(host, event);
  }

  /** What the controller of that identity logs. */
  listen(identity: string): Log {
    const restarted = this.explained.size > 0 && !this.explained.has(identity);
    this.explained.add(identity);
    if (restarted) this.say('', `the controller died; ${identity} goes on where it stood`, '33');
    return {
      ...silentLog,
      info: (event, fields = {}) => {
        const told = event === 'effect' ? effectWords(String(fields['effect']), String(fields['object'])) : undefined;
        if (told !== undefined) this.say(told.ofPool ? '' : this.progress.host, told.words);
      },
      warn: (event, fields = {}) => {
        if (event === 'stopped')
          this.say(this.progress.host, `${String(fields['reason'])}: ${String(fields['message'])}`, '31;1');
      },
    };
  }

  /** So many virtual milliseconds are about to pass. */
  pass(virtualMs: number): void {
    if (virtualMs > TOGETHER * 1000) this.flush();
    this.elapsed += virtualMs;
  }

  /** Tells what was held back to be told together. */
  flush(): void {
    const { group } = this;
    this.group = undefined;
    if (group !== undefined) this.line(group.host, guestWords(group.names, group.change, this.subject.patience));
  }

  private joins(at: number, host: string, change: string): boolean {
    const { group } = this;
    return group?.host === host && group.change === change && at - group.at <= TOGETHER;
  }

  private phase(host: string, phase: string): void {
    const turn = this.progress.phase(host, phase);
    if (turn !== undefined) this.heading(host, turn);
    if (eventWords(`phase ${phase}`) === undefined) return;
    const meaning = this.explained.has(phase) ? '' : `: ${this.meaning(host, phase)}`;
    this.explained.add(phase);
    this.line(host, `${phase}${meaning}`, '36');
  }

  private meaning(host: string, phase: string): string {
    const meanings: Readonly<Record<string, { readonly meaning: string }>> = host === '' ? POOL_PHASES : HOST_PHASES;
    const text = meanings[phase]?.meaning ?? '';
    return text.charAt(0).toLowerCase() + text.slice(1).replace(/\.$/, '');
  }

  private happened(host: string, event: string): void {
    const stage = /^installer of \S+: ([a-z-]+)/.exec(event)?.[1];
    if (stage !== undefined) this.progress.step(stage);
    const words = eventWords(event);
    if (words !== undefined) this.line(host, words);
  }

  private heading(host: string, turn: number): void {
    const role = host === this.subject.hosts[0] ? 'the master' : 'a member';
    const title = `── ${host}, ${role}: host ${turn} of ${this.subject.hosts.length} `;
    this.write(this.paint(title.padEnd(60, '─'), '1'));
  }

  private say(host: string, words: string, style = ''): void {
    this.flush();
    this.at = Math.max(this.at, Math.round(this.elapsed / 1000));
    this.line(host, words, style);
  }

  private line(host: string, words: string, style = ''): void {
    const time = new Date(ORIGIN + this.at * 1000).toISOString().slice(11, 19);
    const percent = `${this.progress.percent()}%`.padStart(4);
    const who = (host === '' ? 'pool' : host).padEnd(this.width);
    this.write(
      `${this.paint(`${time} ${percent}`, '2')}  ${this.paint(who, '1')}  ${style === '' ? words : this.paint(words, style)}`,
    );
  }

  private paint(text: string, style: string): string {
    return this.colour ? `\u001b[${style}m${text}\u001b[0m` : text;
  }
}
