// How often what was asked of the server, told at /metrics under the name and the labels that a real server has for it.

export interface Asked {
  /** As in a Role, in capitals: `PATCH`, `WATCH`. */
  readonly verb: string;
  readonly group: string;
  readonly version: string;
  readonly resource: string;
  readonly subresource: string;
  readonly code: number;
}

const NAME = 'apiserver_request_total';
const HEAD = `# HELP ${NAME} Requests by verb, resource and HTTP status since the start of the server.\n# TYPE ${NAME} counter\n`;

export class RequestCounts {
  private readonly counts = new Map<string, number>();

  add({ verb, group, version, resource, subresource, code }: Asked): void {
    const labels = Object.entries({ verb, group, version, resource, subresource, code });
    const series = labels.map(([name, value]) => `${name}="${value}"`).join(',');
    this.counts.set(series, (this.counts.get(series) ?? 0) + 1);
  }

  /** In the text format of Prometheus. */
  text(): string {
    return HEAD + [...this.counts].map(([series, count]) => `${NAME}{${series}} ${count}\n`).join('');
  }
}
