// Hosts that are to boot from the network and of which no BMC is named: nobody can make them do so but their own firmware, or a person.
import type { Check, Finding } from '../check';
import type { Host } from '../../pool';
import { hostObject, warn } from '../findings';
import { servedHosts, withBoot } from './served';

const REMEDY = 'be there when its turn comes, or name its BMC (spec.hosts[].bmc)';

export const bootByHand: Check = {
  id: 'BootByHand',
  title: 'Somebody switches each host on that boots from the network',
  source: '4.5 (host.power_on) of the XenServer reference',
  range: 'boot method PXE without a BMC; a warning',
  remedy: REMEDY,
  moments: ['Planning', 'BeforeHost'],
  applies: ({ orders }) => Object.values(orders.methods).includes('PXE'),
  judge: (situation) =>
    withBoot(situation, ({ bmcs }) =>
      servedHosts(situation)
        .filter(({ uuid }) => situation.orders.methods[uuid] === 'PXE' && bmcs[uuid] === undefined)
        .map(judgeHost),
    ),
};

function judgeHost(host: Host): Finding {
  const { name, master, powerOnMode } = host;
  if (master || powerOnMode === undefined) {
    const message = `host ${name} has no BMC: it shuts down, and a person must switch it on and let it boot from the network`;
    return warn([hostObject(host)], message, REMEDY);
  }
  const message = `host ${name} has no BMC: it shuts down, its pool switches it on by ${powerOnMode}, and its firmware must try the network first`;
  return warn(
    [hostObject(host)],
    message,
    'see that its firmware boots from the network first, or name its BMC (spec.hosts[].bmc)',
  );
}
