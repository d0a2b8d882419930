// The person at the console whom the boot method Manual asks: walks to a host that is off, puts the installation disc in and selects "upgrade".
import type { Cancel } from '../../foundation/clock';
import type { HostUuid, Release, World } from '../world';

export interface Person {
  /**
   * Asks the person to upgrade this host. They come after their delay, and look again after as long while the host still does something; that its
   * installer shows its first screen to nobody is nothing. Asking again while they are on the way changes nothing. The result takes the request back.
   */
  asked(host: HostUuid, target: Release): Cancel;
}

/** @param delayMs how long the person takes to come, in virtual milliseconds */
export function createPerson(world: Pick<World, 'clock' | 'machines' | 'links'>, delayMs: number): Person {
  const onTheWay = new Map<HostUuid, Cancel>();

  function goes(host: HostUuid, target: Release): void {
    onTheWay.set(
      host,
      world.clock.after(delayMs, () => arrives(host, target)),
    );
  }

  function arrives(host: HostUuid, target: Release): void {
    const machine = world.machines.get(host);
    const idle = machine?.state === 'Off' || machine?.state === 'Dead' || machine?.waitsForPerson === true;
    if (!idle) return goes(host, target);
    onTheWay.delete(host);
    world.links.bootInstaller(host, target, null, { by: 'person' });
  }

  return {
    asked(host, target): Cancel {
      if (!onTheWay.has(host)) goes(host, target);
      return () => {
        onTheWay.get(host)?.();
        onTheWay.delete(host);
      };
    },
  };
}
