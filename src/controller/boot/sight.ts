// From what the boot server wrote of an attempt to what the heart goes by. Absent evidence is Unknown; only of an answer file that was never handed out is its
// absence a proof, and only where the server kept its book from before the machine was switched on.
import type { BootAttempt } from '../../boot/server/attempt';
import { progressOf, type SourcesOfEvidence } from '../../boot/server/progress';
import type { Sighted, Sightings } from '../../boot/server/sightings';
import { compareVersions } from '../../plan/release';
import type { InstallerSight } from '../../upgrade/machineSight';
import { iso } from '../../upgrade/time';
import type { AttemptSeen } from './sightingObject';

/**
 * Pure.
 * @param seen what the server wrote of the attempt; undefined: it does not know of it yet
 * @param poweredOnAt when the machine was switched on into its installer, milliseconds since the epoch; undefined: not yet
 */
export function installerSight(
  attempt: BootAttempt,
  seen: AttemptSeen | undefined,
  poweredOnAt: number | undefined,
): InstallerSight {
  if (seen === undefined)
    return {
      ready: 'Checking',
      why: '',
      side: 'Unknown',
      because: 'the boot server does not know of the attempt yet',
      steps: [],
    };
  const { ready, why, sightings } = seen;
  return { ready, why, ...sideOf(attempt, seen, poweredOnAt), ...timesOf(sightings), steps: stepsOf(sightings) };
}

function sideOf(
  attempt: BootAttempt,
  { since, sightings }: AttemptSeen,
  poweredOnAt: number | undefined,
): Pick<InstallerSight, 'side' | 'because'> {
  const told = progressOf(sightings, evidenceOf(attempt));
  if (told.known) return { side: told.value.side === 'past' ? 'Past' : 'Before', because: told.value.because };
  // The book was kept from before it was switched on.
  const whole = poweredOnAt === undefined || since <= poweredOnAt;
  const nobody = sightings.seen.answer === undefined && sightings.seen.start === undefined && sightings.result === undefined;
  if (whole && nobody && isOfOurs(attempt, sightings, poweredOnAt))
    return { side: 'Before', because: 'the answer file was not fetched, without which no installer begins' };
  return { side: 'Unknown', because: told.why };
}

/**
 * Whether what the machine boots is what this server gave it. Else nobody knows which answers it has, and from whom: over the network it may have found another
 * server; and a BMC may have shown it an image that it kept, which has no answers and may be a person's to work with. The BMC's own look at the image, when it is
 * put in, is no boot.
 */
function isOfOurs({ method }: BootAttempt, { seen }: Sightings, poweredOnAt: number | undefined): boolean {
  if (method === 'PXE') return seen.config !== undefined;
  if (method !== 'VirtualMedia') return false;
  return poweredOnAt === undefined || (seen.media !== undefined && seen.media.last >= poweredOnAt);
}

function evidenceOf({ method, intent, target, repository }: BootAttempt): SourcesOfEvidence {
  const stages = compareVersions(target.version, '6.0') >= 0;
  return {
    startScript: stages && (method === 'VirtualMedia' || method === 'PXE'),
    ownRepository: intent === 'upgrade' && repository === undefined,
  };
}

function timesOf({ seen, result }: Sightings): Pick<InstallerSight, 'answeredAt' | 'lastAt' | 'completedAt' | 'result'> {
  const last = Math.max(0, ...Object.values(seen).map((entry) => entry.last));
  const completed = seen.report?.first;
  return {
    ...(seen.answer === undefined ? {} : { answeredAt: iso(seen.answer.first) }),
    ...(last === 0 ? {} : { lastAt: iso(last) }),
    ...(completed === undefined ? {} : { completedAt: iso(completed) }),
    ...(result === undefined ? {} : { result: result === 0 ? ('Done' as const) : ('Failed' as const) }),
  };
}

function stepsOf({ seen }: Sightings): InstallerSight['steps'] {
  return (Object.entries(seen) as [Sighted, NonNullable<Sightings['seen'][Sighted]>][])
    .sort(([, one], [, other]) => one.first - other.first)
    .map(([what, { first }]) => ({ what, at: iso(first) }));
}
