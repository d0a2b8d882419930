// Where a host stands among the known releases, by the version keys of its era: `platform_version` where it shows one, else `product_version`. Betas, hotfixed
// builds and builds nobody sold get a place and a sentence that says which and why; what is older or newer than all that is known gets a refusal.
import { type KnownRelease, releasesOf } from './catalogue';
import { compareVersions, printRelease, type Release } from './release';

/** What a host shows of its version. */
export interface ShownRelease extends Release {
  /** `platform_version`; absent up to 6.0. */
  readonly platform?: string;
}

export type ReleasePlace =
  /** @property line the release whose edges it may leave by; `sentence` when it is not that release itself */
  | { readonly ok: true; readonly line: KnownRelease; readonly sentence?: string }
  | { readonly ok: false; readonly message: string };

export function placeRelease(shown: ShownRelease): ReleasePlace {
  const lines = releasesOf(shown.brand);
  const newest = lines.at(-1)!;
  const line = isBeyond(shown, newest) ? undefined : lineOf(shown, lines);
  if (line === undefined) return stranger(shown, lines[0]!, newest);
  const exact = compareVersions(line.version, shown.version) === 0 && agrees(line, shown);
  return exact ? { ok: true, line } : { ok: true, line, sentence: sentenceOn(shown, line, lines) };
}

/** A platform decides; among releases that share one, and where none is shown, the product version does. */
function lineOf(shown: ShownRelease, lines: readonly KnownRelease[]): KnownRelease | undefined {
  const older = lines.filter((line) => compareVersions(line.version, shown.version) <= 0).at(-1);
  const { platform } = shown;
  if (platform === undefined) return older;
  if (older?.platform !== undefined && compareVersions(older.platform, platform) === 0) return older;
  const below = lines.filter((line) => line.platform === undefined || compareVersions(line.platform, platform) <= 0).at(-1);
  if (below?.platform === undefined) return below;
  return lines.find((line) => line.platform === below.platform);
}

/** Of an era that shows no platform, or with the one that the release has. */
function agrees(line: KnownRelease, { platform }: ShownRelease): boolean {
  return line.platform === undefined || platform === undefined || compareVersions(line.platform, platform) === 0;
}

/** Newer than everything known. A later build of the newest release keeps its platform and its first two numbers. */
function isBeyond({ platform, version }: ShownRelease, newest: KnownRelease): boolean {
  if (platform !== undefined && newest.platform !== undefined) return compareVersions(platform, newest.platform) > 0;
  return compareVersions(firstTwo(version), firstTwo(newest.version)) > 0;
}

function firstTwo(version: string): string {
  return version.split('.').slice(0, 2).join('.');
}

function sentenceOn(shown: ShownRelease, line: KnownRelease, lines: readonly KnownRelease[]): string {
  const after = lines.find(
    (other) => compareVersions(other.version, line.version) > 0 && compareVersions(other.version, shown.version) > 0,
  );
  const key = shown.platform === undefined ? `product_version ${shown.version}` : `platform_version ${shown.platform}`;
  const between = after === undefined ? `a later build of ${line.label}` : `between ${line.label} and ${after.label}`;
  return `${printRelease(shown)} is no release that was sold: by its ${key} it stands ${between}, and is treated as ${line.label}`;
}

function stranger(shown: ShownRelease, oldest: KnownRelease, newest: KnownRelease): ReleasePlace {
  const platform = shown.platform === undefined ? '' : ` (platform ${shown.platform})`;
  const known = `${oldest.label} (${oldest.version}) to ${newest.label} (${newest.version})`;
  return {
    ok: false,
    message: `the pool runs ${printRelease(shown)}${platform}, which is not known; known are ${known}, so no path from it can be told`,
  };
}
