// What a person reads for what the operator does and for what becomes of guests. What has no words here is told by another line: guests by where they run, the
// rest by the phases.
import type { PoolUpgrade } from '../api/generated/poolUpgrade';

export type Journal = NonNullable<NonNullable<PoolUpgrade['status']>['journal']>;
type Item = Journal['items'][number];

/** What the operator does to the pool, in words with the object's name for `$`. */
const OF_POOL: Readonly<Record<string, string>> = {
  ClaimPool: 'the pool is claimed, so that nobody else upgrades it',
  ReleasePool: 'the pool is free again',
  DisableHa: 'HA is switched off',
  EnableHa: 'HA is switched on again',
  SetWlb: 'workload balancing is switched',
  SetAutoPoweron: 'automatic power-on of $ is switched',
  TakeBackup: 'the database of the pool is dumped, parsed back and stored outside the pool',
};

/** The same to the host in work and its guests. */
const OF_HOST: Readonly<Record<string, string>> = {
  CleanShutdown: '$ is asked to shut down',
  StageInstaller: 'the installer is staged: it runs at the next boot',
  RebootHost: 'is told to reboot',
  ShutdownHost: 'is told to shut down',
  RestartAgent: 'XAPI of $ is restarted',
  EjectCd: 'the CD of $ is ejected',
  InsertCd: 'the CD of $ is put back',
  PlugPbd: 'storage $ is attached again',
  InsertMedia: 'its BMC is given the image, with the boot configuration of $',
  EjectMedia: 'the image is taken out of its BMC again',
  'SetBootOnce Cd': 'its BMC is told to boot the image, once',
  'SetBootOnce Pxe': 'its BMC is told to boot from the network, once',
  ClearBootOverride: 'its BMC is told to boot the disk again',
  PowerOn: 'its BMC switches it on',
  PowerOff: 'its BMC switches it off',
  PowerOnMember: 'its pool is asked to switch $ on',
};

/** Undefined when another line tells it, or nobody needs to know. */
export function effectWords({ effect, name, params }: Item): { readonly ofPool: boolean; readonly words: string } | undefined {
  const words = OF_POOL[effect] ?? OF_HOST[effect] ?? OF_HOST[`${effect} ${params['target'] ?? ''}`];
  return words === undefined ? undefined : { ofPool: effect in OF_POOL, words: words.replace('$', () => name) };
}

/** What became of guests: where they went, or how they stopped or started. */
export type Fate =
  | { readonly kind: 'Moved'; readonly to: string }
  | { readonly kind: 'Gone'; readonly by: string }
  | { readonly kind: 'Back'; readonly from: string };

/**
 * One line for guests with one fate.
 * @param patience `forceShutdownAfter` as the manifest has it
 */
export function guestWords(names: readonly string[], fate: Fate, patience: string | undefined): string {
  const one = names.length === 1;
  const are = one ? 'is' : 'are';
  switch (fate.kind) {
    case 'Moved':
      return `${names.join(', ')} ${one ? 'migrates' : 'migrate'} to ${fate.to}`;
    case 'Back':
      return `${names.join(', ')} ${are} ${fate.from === 'Suspend' ? 'resumed' : 'started'}`;
    case 'Gone':
      return `${names.join(', ')}${goneWords(fate.by, one, patience)}`;
  }
}

function goneWords(by: string, one: boolean, patience: string | undefined): string {
  switch (by) {
    case 'Suspend':
      return one ? ' is suspended' : ' are suspended';
    case 'CleanShutdown':
      return one ? ' has shut down' : ' have shut down';
    case 'HardShutdown':
      return patience === undefined
        ? `${one ? ' is' : ' are'} switched off`
        : `: the plug is pulled (forceShutdownAfter: ${patience})`;
    default:
      return one ? ' no longer runs' : ' no longer run';
  }
}
