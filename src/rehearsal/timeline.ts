// What happened, in the world's words, with virtual seconds: what the report lists.
import type { Cause, WorldEvent } from '../simulator/world';

export interface TimelineEntry {
  readonly at: number;
  /** Name of the host concerned, '' for the pool. */
  readonly host: string;
  readonly event: string;
}

/** One line on an event of the world; undefined for events that only machines care about. */
export function tell(event: WorldEvent, hostName: (uuid: string) => string): Told | undefined {
  switch (event.kind) {
    case 'migrated':
      return { host: hostName(event.from), event: `${event.name} migrates to ${hostName(event.to)}` };
    case 'guest':
      return { host: hostName(event.host), event: `${event.name} ${event.change}${byWhom(event.cause)}` };
    case 'machine':
      return { host: hostName(event.host), event: `${machineWords[event.change]}${inBrackets(event.detail)}` };
    case 'installer':
      return {
        host: hostName(event.host),
        event: `installer of ${event.target.version}: ${event.stage}${inBrackets(event.detail)}`,
      };
    case 'bmc':
      return { host: hostName(event.host), event: `its BMC: ${event.change}${inBrackets(event.detail)}${byWhom(event.cause)}` };
    case 'pool':
    case 'dumped':
      return { host: '', event: ofThePool(event) };
    case 'call':
      return undefined;
  }
}

function ofThePool(event: Extract<WorldEvent, { kind: 'pool' | 'dumped' }>): string {
  if (event.kind === 'dumped') return event.dummy ? 'a dummy database was dumped' : 'the pool database was dumped';
  return event.detail === undefined ? event.change : `${event.change} ${event.detail}`;
}

export interface Told {
  readonly host: string;
  readonly event: string;
}

const machineWords: Readonly<Record<Extract<WorldEvent, { kind: 'machine' }>['change'], string>> = {
  leaving: 'is told to go',
  off: 'is off',
  on: 'is switched on',
  installer: 'boots the installer',
  up: 'is up',
  'agent-up': 'serves XenAPI',
  'agent-down': 'no longer serves XenAPI',
  dead: 'does not boot',
};

/** Silent on the controller's own calls. */
function byWhom(cause: Cause): string {
  return cause.by === 'call' ? '' : ` (by ${cause.by})`;
}

function inBrackets(detail: string | undefined): string {
  return detail === undefined ? '' : ` (${detail})`;
}
