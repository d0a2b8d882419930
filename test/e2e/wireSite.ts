// What stands beside a pool that is upgraded over the wire: a boot server, the BMCs of its machines.
import type { ControllerParts } from '../../src/controller/controller';
import type { Log } from '../../src/foundation/log';
import type { KubernetesApi } from '../../src/kubernetes/api';
import type { Simulation, SimulationSettings } from '../../src/simulator/servers/simulation';
import type { BmcState, HostUuid } from '../../src/simulator/world';

export interface WireSite {
  /** What the machines are, and where their network cards ask. */
  readonly machines: Pick<SimulationSettings, 'firmware' | 'bootServer'>;
  /** Called once, when the pool is served and before anybody works on it. */
  open(scene: SiteScene): Promise<OpenedSite>;
  /** Also of one that was never opened. */
  close(): Promise<void>;
}

export interface SiteScene {
  readonly simulation: Simulation;
  readonly api: KubernetesApi;
  readonly log: Log;
  /** Ends the run. */
  readonly onDefect: (error: unknown) => void;
}

export interface OpenedSite {
  /** Fields of the manifest's spec, in place of what they were. */
  readonly spec: Readonly<Record<string, unknown>>;
  /** By name; keys with their values as they are. */
  readonly secrets: Readonly<Record<string, Readonly<Record<string, string>>>>;
  readonly controller: Pick<ControllerParts, 'openBmc' | 'bootServer'>;
  /** What is so of the BMCs, for the world's books. */
  readonly bmcs: ReadonlyMap<HostUuid, BmcState>;
}
