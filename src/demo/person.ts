// The person at the consoles of a demo with boot method Manual: boots the installer at each host that the status asks for, once the machine is off, by the simulated
// pool's control. With another method nobody plays a person, and a run that asks for one is over.
import type { HostStatus, PoolUpgrade } from '../api/generated/poolUpgrade';
import { ask } from './control';
import type { Sight } from './sight';

export interface PersonParts {
  /** Of the simulated pool's control. */
  readonly controlUrl: string;
  readonly say: (words: string) => void;
}

/** Whether a run waits for nothing but a person who boots an installer. */
export function asksForInstaller(object: PoolUpgrade | undefined): boolean {
  return object?.status?.reason === 'BootInstaller';
}

export class Person {
  private readonly gone = new Set<string>();

  constructor(private readonly parts: PersonParts) {}

  /** Goes to the host that is asked for, once for each attempt. @throws Aborted; Error when the control refuses */
  async look({ object, world }: Sight, signal: AbortSignal): Promise<void> {
    const host = whoIsOff({ object, world });
    if (host === undefined) return;
    const errand = `${host.uuid} ${host.to} ${host.attempt}`;
    if (this.gone.has(errand)) return;
    this.gone.add(errand);
    const release = `${object?.status?.plan?.hop.toBrand ?? 'XCP-ng'} ${host.to}`;
    this.parts.say(`a person goes to ${host.name}, boots the installer of ${release} and chooses to upgrade`);
    await ask(this.parts.controlUrl, `/machines/${encodeURIComponent(host.name)}/boot-installer`, signal, { release });
  }
}

/** The host that waits for a person, once it is off. */
function whoIsOff({ object, world }: Pick<Sight, 'object' | 'world'>): HostStatus | undefined {
  if (!asksForInstaller(object)) return undefined;
  const host = object?.status?.hosts?.find(({ phase }) => phase === 'AwaitingOperator');
  const machine = world?.machines.find(({ uuid }) => uuid === host?.uuid);
  return machine?.state === 'Off' ? host : undefined;
}
