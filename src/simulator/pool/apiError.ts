// How XAPI says no: a code and its parameters, all strings. Handlers throw it; the dispatcher makes it an answer or the failure of a task.
// Anything else that is thrown is a bug of the simulator and is let through.

export class ApiError extends Error {
  readonly params: readonly string[];

  constructor(
    readonly code: string,
    ...params: readonly string[]
  ) {
    super([code, ...params].join(' '));
    this.name = 'ApiError';
    this.params = params;
  }

  /** As it stands in an answer's `ErrorDescription` and in a task's `error_info`. */
  get description(): readonly string[] {
    return [this.code, ...this.params];
  }
}

/** What it said no with; undefined where it did not. */
export function refusalOf(look: () => void): ApiError | undefined {
  try {
    look();
    return undefined;
  } catch (error) {
    if (error instanceof ApiError) return error;
    throw error;
  }
}
