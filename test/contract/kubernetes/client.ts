// Raw requests to an API server: what is sent is what stands in the test, and what comes back is what was on the wire. Nothing of ours in between.
import { request as httpsRequest } from 'node:https';
import { createInterface } from 'node:readline';
import type { IncomingMessage } from 'node:http';

export interface Server {
  readonly url: string;
  /** PEM. */
  readonly ca: string;
  /** Of someone who may do everything. */
  readonly token: string;
}

export interface Answer {
  readonly code: number;
  // What a server says is looked at member by member; a type would only repeat the tests.
  // eslint-disable-next-line @typescript-eslint/no-explicit-any
  readonly body: any;
  /** Texts of the `Warning` headers. */
  readonly warnings: readonly string[];
}

export interface Options {
  readonly type?: string;
  readonly accept?: string;
  readonly token?: string | null;
  /** Sent as it is. */
  readonly raw?: string;
}

export const MERGE = 'application/merge-patch+json';
export const JSON_PATCH = 'application/json-patch+json';
export const APPLY = 'application/apply-patch+yaml';
export const TABLE = 'application/json;as=Table;v=v1;g=meta.k8s.io,application/json';

export class Client {
  constructor(readonly server: Server) {}

  get(path: string, options?: Options): Promise<Answer> {
    return this.send('GET', path, undefined, options);
  }
  post(path: string, body: unknown, options?: Options): Promise<Answer> {
    return this.send('POST', path, body, options);
  }
  put(path: string, body: unknown, options?: Options): Promise<Answer> {
    return this.send('PUT', path, body, options);
  }
  delete(path: string, body?: unknown, options?: Options): Promise<Answer> {
    return this.send('DELETE', path, body, options);
  }
  merge(path: string, body: unknown): Promise<Answer> {
    return this.send('PATCH', path, body, { type: MERGE });
  }
  jsonPatch(path: string, body: unknown): Promise<Answer> {
    return this.send('PATCH', path, body, { type: JSON_PATCH });
  }
  apply(path: string, body: unknown): Promise<Answer> {
    return this.send('PATCH', path, body, { type: APPLY });
  }

  async send(method: string, path: string, body: unknown, options: Options = {}): Promise<Answer> {
    const response = await this.open(method, path, body, options);
    let text = '';
    response.setEncoding('utf8');
    for await (const chunk of response as AsyncIterable<string>) text += chunk;
    const warnings = [response.headers['warning'] ?? []].flat().flatMap((header) => texts(header));
    const isJson = text.startsWith('{');
    return { code: response.statusCode ?? 0, body: isJson ? (JSON.parse(text) as unknown) : text, warnings };
  }

  /** Events of a watch until the stream ends. The watch must have a `timeoutSeconds`, or the test ends it by leaving the loop. */
  async *watch(path: string, options: Options = {}): AsyncIterable<{ readonly type: string; readonly object: Answer['body'] }> {
    const response = await this.open('GET', path, undefined, options);
    if (response.statusCode !== 200) throw new Error(`the watch was answered with ${response.statusCode}`);
    try {
      for await (const line of createInterface({ input: response })) yield JSON.parse(line) as { type: string; object: unknown };
    } finally {
      response.destroy();
    }
  }

  private open(method: string, path: string, body: unknown, options: Options): Promise<IncomingMessage> {
    const { url, ca, token } = this.server;
    const bearer = options.token === undefined ? token : options.token;
    const text = options.raw ?? (body === undefined ? undefined : JSON.stringify(body));
    const headers = {
      accept: options.accept ?? 'application/json',
      'user-agent': 'contract',
      ...(bearer === null ? {} : { authorization: `Bearer ${bearer}` }),
      ...(text === undefined
        ? {}
        : { 'content-type': options.type ?? 'application/json', 'content-length': Buffer.byteLength(text) }),
    };
    return new Promise((resolve, reject) => {
      const request = httpsRequest(new URL(path, url), { method, ca, headers, agent: false }, resolve);
      request.once('error', reject);
      request.end(text);
    });
  }
}

function texts(header: string): readonly string[] {
  return [...header.matchAll(/299 - ("(?:[^"\\]|\\.)*")/g)].map(([, quoted]) => JSON.parse(quoted!) as string);
}
