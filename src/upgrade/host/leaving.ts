// Leaving: out of the old system, by the host's boot method. From the moment the installer is staged until the host is back, neither pause, window nor
// delete is honoured. Ends when the order to go was accepted.
import { pxe, virtualMedia } from '../bootMethods/byBmc';
import { manual } from '../bootMethods/manual';
import { byNetwork } from '../bootMethods/byNetwork';
import { type BootMethodModule, namesBmc } from '../bootMethods/bootMethod';
import { staged } from '../bootMethods/staged';
import type { HostStep } from '../decision';
import type { Orders } from '../orders';
import type { HostState } from '../state';

const methods: Readonly<Record<NonNullable<HostState['bootMethod']>, BootMethodModule>> = {
  Staged: staged,
  VirtualMedia: virtualMedia,
  PXE: pxe,
  Manual: manual,
};

export const leaving: HostStep = {
  needs: (host, orders) => moduleOf(host, orders).leaving.needs(host, orders),
  decide: (situation) => moduleOf(situation.host, situation.orders).leaving.decide(situation),
};

function moduleOf(host: HostState, orders: Orders): BootMethodModule {
  if (host.bootMethod === 'PXE' && !namesBmc(orders, host)) return byNetwork;
  return methods[host.bootMethod ?? 'Manual'];
}
