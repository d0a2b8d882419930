// All that the calls of the simulated XAPI work with, in one place: the world, the database's readers and the parts that keep state of their own.
import type { Clock } from '../../foundation/clock';
import type { HostUuid, Release, World } from '../world';
import type { Agents } from './agents';
import type { Events } from './events';
import type { Guests } from './guests';
import type { Hosts } from './hosts';
import type { LiveDatabase, Ref } from './liveDatabase';
import type { Memory } from './memory';
import type { MixedMode } from './mixedMode';
import type { Placement } from './placement';
import type { ServedRecords } from './servedRecords';
import type { Sessions } from './sessions';
import type { Startup } from './startup';
import type { Tasks } from './tasks';

/** A dump as it is put in place of a database. */
export interface RestorableDump {
  /** `major.minor`. */
  readonly schema: string;
  readonly database: LiveDatabase;
}

export interface PoolSettings {
  /** Password of `root` on all hosts. */
  readonly password: string;
  /** The system all hosts run at the start, and the codename of the API release they then serve. */
  readonly release: Release;
  readonly apiRelease: string;
  /** Installation repositories that the hosts can reach, by the beginning of their URL. */
  readonly repositories: ReadonlyMap<string, Release>;
  /** PEM of what a host shows on the wire; undefined while nobody serves the pool. */
  readonly certificateOf?: (host: HostUuid) => string | undefined;
  /** The database as `GET /pool/xmldbdump` delivers it. @param apiRelease what the master serves now */
  readonly dumpDatabase: (apiRelease: string) => string;
  /** A dump that is to take the place of the database; why it cannot, in words, when it is none. */
  readonly readDump: (text: string) => RestorableDump | string;
  /** Version of the schema, `major.minor`, that a dump must have. @param apiRelease what the master serves now */
  readonly schemaNow: (apiRelease: string) => string;
}

export interface Xapi {
  readonly world: World;
  readonly clock: Clock;
  readonly database: LiveDatabase;
  readonly settings: PoolSettings;
  readonly served: ServedRecords;
  readonly hosts: Hosts;
  readonly agents: Agents;
  readonly sessions: Sessions;
  readonly tasks: Tasks;
  readonly events: Events;
  readonly guests: Guests;
  readonly memory: Memory;
  readonly mixedMode: MixedMode;
  readonly placement: Placement;
  readonly startup: Startup;
  readonly newRef: () => Ref;
  readonly newUuid: () => string;
  /** Hosts with `host.evacuate` under way. */
  readonly evacuating: Set<Ref>;
}
