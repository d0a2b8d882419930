// A machine that was switched on into an installer and asked nobody for answers: it may stand at the first screen of one that a person has to answer, or that a
// person answers just now. Nothing is done to it; a person is asked to look.
import { type Decision, type HostSituation, next } from '../decision';
import type { InstallerSight } from '../machineSight';
import type { HostState } from '../state';
import { millis, minutes } from '../time';

/** Beyond the time in which an installer must have asked. */
const LATER = minutes(5);

/** Undefined: it asked, or it is too early to tell, or nobody knows. */
export function unanswered({ facts: { machine, installer }, host, now, orders }: HostSituation): Decision | undefined {
  const poweredOn = host.evidence.cutOffAt === undefined ? millis(host.evidence.poweredOnAt) : undefined;
  if (poweredOn === undefined || now < poweredOn + orders.deadlines.installerStart + LATER) return undefined;
  const isOn = machine.known && machine.value.power === 'On';
  return isOn && installer.known && isSilent(installer.value) ? next('AwaitingOperator') : undefined;
}

function isSilent({ answeredAt, completedAt, side }: InstallerSight): boolean {
  return answeredAt === undefined && completedAt === undefined && side === 'Unknown';
}

/** What is known of its installer, where the boot server saw it; to be put behind a sentence. */
export function installerToldOf({ installer }: Pick<HostState, 'installer'>): string {
  if (installer === undefined) return '';
  const where = { Before: 'before', Past: 'past', Unknown: 'on an unknown side of' }[installer.side];
  return `; its installer is ${where} the point of no return: ${installer.because}`;
}
