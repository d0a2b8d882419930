// What happened, in the world's words, with virtual seconds: what the demo tells as it happens and the report lists.
import type { WorldEvent } from '../simulator/world';

export interface TimelineEntry {
  readonly at: number;
  /** Name of the host concerned, '' for the pool. */
  readonly host: string;
  readonly event: string;
}

/** One line on an event of the world; undefined for events that only machines care about. */
export function tell(
  event: WorldEvent,
  hostName: (uuid: string) => string,
): { readonly host: string; readonly event: string } | undefined {
  switch (event.kind) {
    case 'migrated':
      return { host: hostName(event.from), event: `${event.name} migrates to ${hostName(event.to)}` };
    case 'guest':
      return {
        host: hostName(event.host),
        event: `${event.name} ${event.change}${event.cause.by === 'call' ? '' : ` (by ${event.cause.by})`}`,
      };
    case 'machine':
      return machineLine(event, hostName(event.host));
    case 'installer':
      return {
        host: hostName(event.host),
        event: `installer of ${event.target.version}: ${event.stage}${event.detail === undefined ? '' : ` (${event.detail})`}`,
      };
    case 'pool':
      return { host: '', event: `${event.change}${event.detail === undefined ? '' : ` ${event.detail}`}` };
    case 'dumped':
      return { host: '', event: event.dummy ? 'a dummy database was dumped' : 'the pool database was dumped' };
    case 'call':
      return undefined;
  }
}

function machineLine(
  event: Extract<WorldEvent, { kind: 'machine' }>,
  host: string,
): { readonly host: string; readonly event: string } | undefined {
  const words: Readonly<Record<typeof event.change, string>> = {
    leaving: 'is told to go',
    off: 'is off',
    on: 'is switched on',
    installer: 'boots the installer',
    up: 'is up',
    'agent-up': 'serves XenAPI',
    'agent-down': 'no longer serves XenAPI',
    dead: 'does not boot',
  };
  return { host, event: `${words[event.change]}${event.detail === undefined ? '' : ` (${event.detail})`}` };
}
