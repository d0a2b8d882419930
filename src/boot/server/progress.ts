// On which side of the point of no return an installer is, as far as what it fetched tells. Absent evidence proves something only where the server would have
// written it down before handing it out (ADR 14); everything else that was not seen is Unknown.
import { known, unknown, type Fact } from '../../foundation/fact';
import type { Sightings } from './sightings';

/** `before`: nothing on the disk has been changed that the old system needs. `past`: the old system is gone from the root file system. */
export type Side = 'before' | 'past';

export interface Told {
  readonly side: Side;
  /** The sighting that it rests on, in words. */
  readonly because: string;
}

export interface SourcesOfEvidence {
  /** Whether the answer file names this server's `installation-start` script: so from 6.0 on, and not where the staging plugin wrote the file. */
  readonly startScript: boolean;
  /** Whether the installer installs, and does not restore, and can do so from this server's tree only. */
  readonly ownRepository: boolean;
}

/** Pure. The steps are those of xenserver.md 5.5: start script (0), repository's metadata (4), backup (7), new file systems (9, the point), packages (10). */
export function progressOf(sightings: Sightings, sources: SourcesOfEvidence): Fact<Told> {
  return pastTheFormat(sightings, sources) ?? beforeTheFormat(sightings, sources) ?? unknown(whyUnknown(sightings));
}

function pastTheFormat(
  { seen, everWell, packagesAfterStart }: Sightings,
  { startScript }: SourcesOfEvidence,
): Fact<Told> | undefined {
  if (everWell) return known({ side: 'past', because: 'the installer told that it has succeeded' });
  // The staging plugin fetches no packages, so any package is the installer's; where there is a start script, one fetched before it is somebody else's.
  const packages = startScript ? packagesAfterStart : seen.package !== undefined;
  return packages ? known({ side: 'past', because: 'packages were fetched, which comes after the new file systems' }) : undefined;
}

function beforeTheFormat(
  { seen, treeAfterStart }: Sightings,
  { startScript, ownRepository }: SourcesOfEvidence,
): Fact<Told> | undefined {
  if (!startScript) return undefined;
  if (seen.start === undefined) {
    // An installer that cannot fetch this script stops; one that fetched it is written down.
    return seen.answer === undefined
      ? undefined
      : known({ side: 'before', because: 'the answer file was fetched, and the script that comes before everything was not' });
  }
  if (!ownRepository || treeAfterStart) return undefined;
  return known({
    side: 'before',
    because: 'the installer has begun and has not yet looked at the repository, which it does before the backup',
  });
}

function whyUnknown({ seen, result }: Sightings): string {
  if (result === 1)
    return 'the installer told that it failed, and not where; no package was fetched, but the file systems may be new already';
  if (seen.start !== undefined)
    return 'the installer has begun, and nothing tells whether it is still before the new file systems: they are made in silence';
  if (seen.repository !== undefined) return 'the tree was looked at, by the installer or by whatever prepared it';
  return 'no installer was seen';
}
