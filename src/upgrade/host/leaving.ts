// Leaving: out of the old system, by the host's boot method. From the moment the installer is staged until the host is back, neither pause, window nor
// delete is honoured. Ends when the order to go was accepted.
import { pxe, virtualMedia } from '../bootMethods/byBmc';
import { manual } from '../bootMethods/manual';
import type { BootMethodModule } from '../bootMethods/bootMethod';
import { staged } from '../bootMethods/staged';
import type { HostStep } from '../decision';
import type { HostState } from '../state';

const methods: Readonly<Record<NonNullable<HostState['bootMethod']>, BootMethodModule>> = {
  Staged: staged,
  VirtualMedia: virtualMedia,
  PXE: pxe,
  Manual: manual,
};

export const leaving: HostStep = {
  needs: (host, orders) => methods[host.bootMethod ?? 'Manual'].leaving.needs(host, orders),
  decide: (situation) => methods[situation.host.bootMethod ?? 'Manual'].leaving.decide(situation),
};
