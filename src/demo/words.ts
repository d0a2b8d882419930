// What a person reads for what the timeline says. Anything that has no words here is told as it is: a story may be plain, but it leaves nothing out that
// it does not know. Left out on purpose are steps that another line tells already.

/** Undefined: told as it is; null: another line says it. */
const EVENTS: readonly (readonly [RegExp, string | null])[] = [
  [/^phase (Upgrading|Installing|Rejoining|Succeeded|Validating|Planning|Pending)$/, null],
  [/^is off \(reboot\)$/, null],
  [/^boots the installer$/, null],
  [/^is told to go \(reboot\)$/, 'is told to reboot'],
  [/^is told to go \(shutdown\)$/, 'is told to shut down'],
  [/^installer of (\S+): start$/, 'boots the installer of $1'],
  [/^installer of \S+: backup$/, 'the installer copies the old system to the backup partition'],
  [/^installer of \S+: backup-done$/, null],
  [/^installer of \S+: format$/, 'the installer formats the system disk: the old system is gone'],
  [/^installer of \S+: packages$/, 'the installer unpacks the new system'],
  [/^installer of \S+: complete$/, 'the installer is done'],
  [/^is up \((.*)\)$/, 'boots $1'],
  [/^rolling-upgrade-started$/, 'hosts of two releases: the pool is in rolling-upgrade mode'],
  [/^rolling-upgrade-ended$/, 'one release again: rolling-upgrade mode is over'],
  [/^a dummy database was dumped$/, 'an empty database was dumped'],
];

/** The line for an event, or undefined when none is needed. */
export function eventWords(event: string): string | undefined {
  for (const [pattern, words] of EVENTS)
    if (pattern.test(event)) return words === null ? undefined : event.replace(pattern, words);
  return event;
}

/** A guest and what became of it. */
export interface GuestEvent {
  readonly name: string;
  /** Equal for guests that can share a line. */
  readonly change: string;
}

const GUEST = /^(.+) (migrates to \S+|(?:started|stopped|killed|suspended|resumed|paused|unpaused)(?: \(by [a-z]+\))?)$/;

export function guestEvent(event: string): GuestEvent | undefined {
  const [, name, change] = GUEST.exec(event) ?? [];
  return name === undefined || change === undefined ? undefined : { name, change };
}

/**
 * One line for guests with one fate.
 * @param patience `forceShutdownAfter` as the manifest has it
 */
export function guestWords(names: readonly string[], change: string, patience: string | undefined): string {
  const many = names.length > 1;
  const who = names.join(', ');
  if (change.startsWith('migrates')) return `${who} ${many ? 'migrate' : 'migrates'}${change.slice('migrates'.length)}`;
  if (change === 'stopped') return `${who} ${many ? 'have' : 'has'} shut down`;
  if (change === 'killed' && patience !== undefined) return `${who}: the plug is pulled (forceShutdownAfter: ${patience})`;
  return `${who} ${many ? 'are' : 'is'} ${change}`;
}

/** What the operator does to the pool that no event of the world tells, in words with the object's name for `$`. */
const OF_POOL: Readonly<Record<string, string>> = {
  ClaimPool: 'the pool is claimed, so that nobody else upgrades it',
  ReleasePool: 'the pool is free again',
  DisableHa: 'HA is switched off',
  EnableHa: 'HA is switched on again',
  SetWlb: 'workload balancing is switched',
  SetAutoPoweron: 'automatic power-on of $ is switched',
};

/** The same to the host in work and its guests. */
const OF_HOST: Readonly<Record<string, string>> = {
  CleanShutdown: '$ is asked to shut down',
  StageInstaller: 'the installer is staged: it runs at the next boot',
  RestartAgent: 'XAPI of $ is restarted',
  EjectCd: 'the CD of $ is ejected',
  InsertCd: 'the CD of $ is put back',
  PlugPbd: 'storage $ is attached again',
};

/** Undefined when an event of the world tells it, or nobody needs to know. */
export function effectWords(effect: string, object: string): { readonly ofPool: boolean; readonly words: string } | undefined {
  const words = OF_POOL[effect] ?? OF_HOST[effect];
  return words === undefined ? undefined : { ofPool: effect in OF_POOL, words: words.replace('$', () => object) };
}
