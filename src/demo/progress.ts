// How far an upgrade has come, for a person who watches: hosts that are done, and how far the one in work has come. A feeling, not a forecast.

/** Share of a host's turn that lies behind when its phase begins or its installer reaches a stage. */
const SHARES: Readonly<Record<string, number>> = {
  Draining: 0,
  Safeguarding: 0.1,
  Leaving: 0.12,
  Installing: 0.15,
  AwaitingOperator: 0.15,
  start: 0.25,
  backup: 0.3,
  format: 0.45,
  packages: 0.5,
  complete: 0.8,
  Rejoining: 0.9,
  Verifying: 0.92,
  Restoring: 0.95,
};

export class Progress {
  private readonly begun: string[] = [];
  private share = 0;
  private over = false;

  constructor(private readonly hosts: number) {}

  /** The host in work; '' before the first. */
  get host(): string {
    return this.begun.at(-1) ?? '';
  }

  /** @returns which host in order this is, from 1, when its turn begins; undefined when it goes on */
  phase(host: string, phase: string): number | undefined {
    const first = host !== '' && !this.begun.includes(host);
    if (first) this.begun.push(host);
    if (host === '') this.over ||= phase === 'Finishing' || phase === 'Succeeded';
    else this.step(phase);
    return first ? this.begun.length : undefined;
  }

  /** A phase or a stage of the installer. A step that is not known changes nothing; a host that starts over goes back. */
  step(name: string): void {
    this.share = SHARES[name] ?? this.share;
  }

  /** 0 to 100. */
  percent(): number {
    if (this.over) return 100;
    return Math.round((100 * (Math.max(0, this.begun.length - 1) + this.share)) / Math.max(1, this.hosts));
  }
}
