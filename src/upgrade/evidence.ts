// What a run remembers of one host beyond its phase: the small facts that later decisions about it rest on.

/** What was seen or done at a host that later decisions rest on. Times are ISO 8601 by the controller's clock unless they say otherwise. */
export interface Evidence {
  /** Seconds by the host's own clock just before it was told to stage, and again before it was told to go. */
  readonly hostTime?: string;
  /** `agent_start_time` as it was before the host was told to go. */
  readonly agentStartTime?: string;
  /** The journal's time of the staging that counts for this attempt, by the controller's clock. */
  readonly stagedAt?: string;
  /** What `testSafe2Upgrade` said right before staging. */
  readonly safe2upgrade?: string;
  /** Uuids of the local SRs that re-cutting the disk destroys, joined by commas. */
  readonly lostSrs?: string;
  /** No guest was seen on the disabled host. */
  readonly emptyAt?: string;
  readonly syncedAt?: string;
  /** The order to go (reboot or shut down) was accepted. */
  readonly leftAt?: string;
  /** Who its BMC said it is, when that was proven last before it left. */
  readonly machine?: string;
  /** The BMC was told to put our image into its virtual drive. */
  readonly insertedAt?: string;
  /** The BMC was told to power the machine on, into the installer. */
  readonly poweredOnAt?: string;
  /** Its pool was told to switch it on. */
  readonly rousedAt?: string;
  /** First seen Off since it was powered on, and not on again. */
  readonly darkSince?: string;
  /** An installer that did not get anywhere was cut off, so that the old system boots. */
  readonly cutOffAt?: string;
  /** Answers since then, long after it accepted to go, as if it had never gone. */
  readonly unmovedSince?: string;
  /** Seen back, with a certificate that nobody trusts yet. */
  readonly answeredAt?: string;
  /** Neither our image nor our override was left at its BMC. */
  readonly tidiedAt?: string;
  /** First seen back after leaving. */
  readonly returnedAt?: string;
}
