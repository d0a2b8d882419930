// What the controller and the boot server have in common, seen from the controller for one object: the URLs of an attempt, which both make of the same key, and
// what the server wrote of it.
import type { PoolUpgrade } from '../../api/generated/poolUpgrade';
import type { BootAttempt } from '../../boot/server/attempt';
import { attemptKey } from '../../boot/server/attempt';
import { isMediaUrlOf, looksLikeMediaUrl, mediaUrl, releasePath, repositoryUrl } from '../../boot/server/attemptPaths';
import { attemptOf } from '../../boot/server/statusAttempts';
import type { BootKeys } from '../../boot/server/tokens';
import { type Fact, known, unknown } from '../../foundation/fact';
import type { Release } from '../../plan/release';
import type { KubernetesApi } from '../../kubernetes/api';
import type { MediaOffer } from '../../plan/checks/bootTraits';
import type { BootPlace } from '../../upgrade/facts';
import type { InstallerSight, MachineSight } from '../../upgrade/machineSight';
import type { HostState } from '../../upgrade/state';
import { millis } from '../../upgrade/time';
import type { Records } from '../pool/records';
import { bootPlace, hostsUrl } from './place';
import { installerSight } from './sight';
import { readSightings } from './sightingObject';

/** What the operator is told of the boot server. */
export interface BootServerAccess {
  /** The keys its paths are made with; as they are now. */
  keys(): BootKeys;
  /** How hosts reach it where the manifest does not say; undefined: the manifest must. */
  readonly hostsUrl: string | undefined;
  /** The same for BMCs; undefined: as hosts do. */
  readonly bmcsUrl: string | undefined;
}

export interface BootViewParts {
  readonly api: KubernetesApi;
  readonly server: BootServerAccess;
  readonly object: () => PoolUpgrade;
  /** The host as the run remembers it. */
  readonly hostOf: (uuid: string) => HostState;
}

/** Of one object; hosts by uuid. */
export class BootView {
  constructor(private readonly parts: BootViewParts) {}

  place(records: Records, host: string): Fact<BootPlace> {
    const { server, object, hostOf } = this.parts;
    return bootPlace(records, { object: object(), host: hostOf(host), serverUrl: server.hostsUrl });
  }

  /** Of the image, as the host's BMC is told it; undefined while nothing is open for the host. */
  imageUrl(host: string): string | undefined {
    const attempt = this.attempt(host);
    const base = this.bmcsUrl();
    return attempt === undefined || base === undefined ? undefined : mediaUrl(this.parts.server.keys()[0], attempt, base);
  }

  /** Of the URLs of images, in lower case; undefined: nobody knows the address of the server. */
  imageScheme(): string | undefined {
    return this.bmcsUrl()?.split(':')[0]!.toLowerCase();
  }

  /** Of the tree that the host's installer installs from. */
  treeUrl(host: string): string | undefined {
    const attempt = this.attempt(host);
    return attempt === undefined ? undefined : repositoryUrl(this.parts.server.keys()[0], attempt);
  }

  /** Where the server shows any host that it has a release; undefined: nobody knows its address. */
  releaseUrl(release: Release): string | undefined {
    const base = hostsUrl(this.parts.object(), this.parts.server.hostsUrl);
    return base === undefined ? undefined : base + releasePath(release);
  }

  /** Whose image it is that a BMC names. */
  kindOf(host: string, image: string): Extract<MachineSight['media'], 'Ours' | 'Stale' | 'Foreign'> {
    const attempt = this.attempt(host);
    if (attempt !== undefined && this.parts.server.keys().some((key) => isMediaUrlOf(key, attempt, image))) return 'Ours';
    return looksLikeMediaUrl(image) ? 'Stale' : 'Foreign';
  }

  /** What the server wrote. @throws KubeError when the cluster does not answer */
  async seen(uuid: string): Promise<Fact<InstallerSight>> {
    const attempt = this.attempt(uuid);
    if (attempt === undefined) return unknown('the boot server has not been told yet what to serve the host');
    const { api, object, hostOf } = this.parts;
    const { document } = await readSightings(api, object());
    return known(installerSight(attempt, document.attempts[attemptKey(attempt)], millis(hostOf(uuid).evidence.poweredOnAt)));
  }

  /** What the server says of the images that the manifest names. @throws KubeError when the cluster does not answer */
  async offers(): Promise<Fact<readonly MediaOffer[]>> {
    const { version, document } = await readSightings(this.parts.api, this.parts.object());
    return version === undefined ? unknown('the boot server has told nothing yet') : known(document.images);
  }

  private attempt(uuid: string): BootAttempt | undefined {
    const { status } = this.parts.object();
    const host = status?.hosts?.find((entry) => entry.uuid === uuid);
    if (status?.pool === undefined || status.run === undefined || host === undefined) return undefined;
    return attemptOf({ pool: status.pool.uuid, run: status.run.id }, host);
  }

  private bmcsUrl(): string | undefined {
    const { server, object } = this.parts;
    const named = object().spec.boot.serverURLs;
    return (named?.bmcs ?? server.bmcsUrl)?.replace(/\/+$/, '') ?? hostsUrl(object(), server.hostsUrl);
  }
}
