// Whether the installer will re-cut a disk and destroy a local SR on the way. The plugin decides so by itself when it is staged and finds the SR big
// enough and empty; nobody who did not consent shall lose it.
import type { Check, CheckSituation, Finding } from '../check';
import { hostObject, leadsTo, listNames, srObject } from '../findings';
import { comesFromBelow, hostsToUpgrade, isStaged } from './hopSide';
import type { Host } from '../../pool';
import { localSrs } from './localStorage';

export const localStorageLoss: Check = {
  id: 'LocalStorageWouldBeLost',
  title: 'No local storage is destroyed without leave',
  source: '1.6 (conversion old → new layout) and 4.7 of the XenServer reference',
  range: 'Staged to 7.0 and later: a block from below 7.0, a warning from later releases, whose layout the plugin does not tell',
  remedy:
    'set spec.consent.destroyLocalStorage to give the SR up, or put a disk on it to keep it (the host then keeps the old layout)',
  moments: ['Planning', 'Prepared', 'BeforeHost'],
  applies: ({ hop, orders }) => leadsTo(hop, '7.0') && !orders.consent.destroyLocalStorage,
  judge: (situation) =>
    hostsToUpgrade(situation)
      .filter((host) => isStaged(situation, host))
      .flatMap((host) => judgeHost(situation, host)),
};

/** With a disk on it, or without the plugin's `true`, nothing is re-cut. */
function judgeHost(situation: CheckSituation, host: Host): readonly Finding[] {
  const lost = localSrs(situation.world, host.uuid).filter(({ vdis }) => vdis === 0);
  if (lost.length === 0) return [];
  const objects = [hostObject(host), ...lost.map(srObject)];
  const old = comesFromBelow(situation.hop, '7.0');
  const { remedy } = localStorageLoss;
  const plugin = situation.inspection.hosts[host.uuid]?.plugin;
  const answer = plugin?.known === true ? plugin.value.safe2upgrade : undefined;
  if (answer === undefined) {
    const message = `${host.name} did not say whether its disk would be re-cut, which would destroy ${listNames(lost)}`;
    return [{ verdict: old ? 'Unknown' : 'Warn', objects, message, remedy }];
  }
  if (answer !== 'true') return [];
  const message = old
    ? `the installer would re-cut the disk of ${host.name} and destroy ${listNames(lost)}`
    : `if ${host.name} still has the partition layout of 6.5, the installer will re-cut its disk and destroy ${listNames(lost)}; the plugin does not tell which layout it has`;
  return [{ verdict: old ? 'Block' : 'Warn', objects, message, remedy }];
}
