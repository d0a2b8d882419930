// Account of the sessions at one BMC. A BMC has few (bmc.md 1.3), and a process that is killed ends none of its own: whoever comes after it does, by this book.

export interface SessionBook {
  /** Awaited right after a session was made, before anything is asked in it. What it throws ends the session and goes to whoever asked. */
  opened(uri: string): Promise<void>;
  /** It is there no more, or is none that is ours to end. */
  ended(uri: string): void;
  /** Whether it is still there nobody knows; whoever logs in there next may end it. @param why absent: the BMC said that it knows it no more */
  leave(uri: string, why?: Error): void;
  /** To be ended: left there by those before us, or by ourselves. */
  left(): readonly string[];
}

/** By the origin of the BMC, e.g. `https://10.1.7.1`: what is noted for one address is never sent to another. */
export interface SessionBooks {
  at(origin: string): SessionBook;
}
