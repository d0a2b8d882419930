// Guests that were started with CPU features another host lacks: it refuses them, live or resumed.
import type { Check, CheckSituation, Finding } from '../check';
import type { Guest, Host } from '../../pool';
import { offersFeatures } from './cpu';
import { guestObject, hostObject, listNames } from '../findings';

export const cpuFeatures: Check = {
  id: 'CpuFeaturesLacking',
  title: 'Every host has the CPU features its guests to be were started with',
  source: '2.7 and 7.3 (VM_INCOMPATIBLE_WITH_THIS_HOST) of the XenServer reference',
  range:
    'guests with a memory image (running, paused or suspended) on pools that tell features (7.0 and later); always a warning: the plan goes around such hosts',
  remedy:
    'restart the guest, so that it takes the features common to the pool; spec.consent.forceMigration skips the look, at the risk of the guest',
  moments: ['Planning', 'Prepared', 'BeforeHost'],
  applies: ({ world }) => world.guests.some(({ cpu }) => cpu !== undefined),
  judge: (situation) => situation.world.guests.filter(hasImage).flatMap((guest) => judgeGuest(situation, guest)),
};

function hasImage({ powerState }: Guest): boolean {
  return powerState !== 'Halted';
}

/** Of hosts of the guest's own vendor only: where vendors differ, another check speaks. */
function judgeGuest({ pool }: CheckSituation, guest: Guest): readonly Finding[] {
  const kin = pool.hosts.filter((host) => host.uuid !== guest.host && host.cpu?.vendor === guest.cpu?.vendor);
  const lacking = kin.filter((host) => !offersTo(host, guest));
  if (lacking.length === 0) return [];
  const all = lacking.length === kin.length;
  const message = `${guest.name} was started with CPU features that ${listNames(lacking)} lacks${all ? '; no other host can take it' : ''}`;
  return [{ verdict: 'Warn', objects: [guestObject(guest), ...lacking.map(hostObject)], message, remedy: cpuFeatures.remedy }];
}

function offersTo({ cpu }: Host, guest: Guest): boolean {
  const wanted = guest.cpu?.features ?? '';
  const offered = (guest.virtualisation === 'pv' ? cpu?.pv : cpu?.hvm) ?? '';
  return wanted === '' || offered === '' || offersFeatures(offered, wanted);
}
