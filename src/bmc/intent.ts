// What a verb would send to a BMC as it is now: for people who want to know before they let anything move, and for bug reports.

export interface Intent {
  readonly verb: string;
  /** The first request of it, or why there is none. */
  readonly would: string;
}
