// The API server's own count of what it was asked, read from the text it tells Prometheus.

export interface RequestCount {
  readonly group: string;
  readonly resource: string;
  readonly subresource: string;
  /** As the server calls it: GET, LIST, WATCH, POST, PUT, PATCH, APPLY, DELETE. */
  readonly verb: string;
  /** HTTP status; a watch that went well has 200. */
  readonly code: string;
  readonly count: number;
}

const SERIES = /^apiserver_request_total\{([^}]*)\} (\S+)$/gm;
const LABEL = /(\w+)="([^"]*)"/g;

/** @param text of `/metrics` */
export function requestsIn(text: string): readonly RequestCount[] {
  return [...text.matchAll(SERIES)].map(([, labels = '', count]) => {
    const found = Object.fromEntries([...labels.matchAll(LABEL)].map(([, name, value]) => [name, value]));
    const { group = '', resource = '', subresource = '', verb = '', code = '' } = found as Record<string, string | undefined>;
    return { group, resource, subresource, verb, code, count: Number(count) };
  });
}
