// The seam to the program `ipmitool`: one run of it. Everything above knows its arguments and its words, nothing above knows processes.

export interface RunResult {
  /** Null: it was ended because it took longer than it may. */
  readonly code: number | null;
  readonly stdout: string;
  readonly stderr: string;
}

export interface IpmitoolRun {
  /**
   * Runs `ipmitool` once, to its end.
   * @param args without the password and without any option that names it; the implementation hands it over where no other user of the machine can read it
   * @param timeoutMs after which it is killed, with what it wrote until then in the result
   * @throws BmcError Unsupported `IpmitoolMissing` where there is no such program; Aborted when the signal aborts, which kills it: what it sent stays sent
   */
  run(args: readonly string[], password: string, timeoutMs: number, signal: AbortSignal): Promise<RunResult>;
}
