// One HTTP request to a served host: read within bounds, sent where its method and path say, answered as xapi would. When the agent breaks the connection
// the socket is torn, and when the client does, the agent's work is told that nobody listens.
import type { IncomingMessage, ServerResponse } from 'node:http';
import type { PoolRequest } from '../pool/transport';
import { writeWhole } from '../../foundation/writing';
import { TransportFailure, type XapiResponse } from '../../xenapi/transport';
import * as http from './httpAnswers';

/** The agent behind the server. */
export interface ServedAgent {
  /** @throws TransportFailure when the connection breaks before the answer */
  serve(request: PoolRequest, gone: AbortSignal): Promise<XapiResponse>;
  /** Whether the release that runs there has JSON-RPC. */
  servesJson(): boolean;
  /** An error that is none of the simulated world, but the simulator's own. */
  defect(error: unknown): void;
}

const JSON_PATHS: ReadonlySet<string> = new Set(['/jsonrpc', '/json']);
const DUMP_PATH = '/pool/xmldbdump';

/** Answers, or tears the connection. Never rejects. */
export async function handle(agent: ServedAgent, request: IncomingMessage, response: ServerResponse): Promise<void> {
  const client = new AbortController();
  response.on('close', () => {
    if (!response.writableFinished) client.abort(new Error('the client broke the connection'));
  });
  try {
    const answer = await answerTo(agent, request, client.signal);
    if (answer !== undefined && !client.signal.aborted) await send(response, answer);
  } catch (error) {
    if (!(error instanceof TransportFailure)) return await failed(agent, response, error);
    request.socket.destroy();
  }
}

function failed(agent: ServedAgent, response: ServerResponse, error: unknown): Promise<void> {
  agent.defect(error);
  return send(response, http.answerWith(http.internalError('a defect of the simulator; see what it wrote'), false));
}

function send(response: ServerResponse, { status, reason, headers, body }: http.HttpAnswer): Promise<void> {
  // Recorded answers have neither a date nor a keep-alive time.
  response.sendDate = false;
  return writeWhole(response.writeHead(status, reason, headers), body);
}

/** @returns undefined when the client went before its request was whole */
async function answerTo(agent: ServedAgent, request: IncomingMessage, gone: AbortSignal): Promise<http.HttpAnswer | undefined> {
  const keepAlive = keepsAlive(request);
  if (request.method === 'OPTIONS') return http.preflight(keepAlive);
  if (request.method === 'GET') return http.answerWith(await download(agent, request.url ?? '', gone), keepAlive);
  if (request.method !== 'POST' && !isUpload(request))
    return http.answerWith(http.methodNotImplemented(request.method ?? ''), false);
  const obstacle = bodyObstacle(request);
  if (obstacle !== undefined) return http.answerWith(http.internalError(obstacle), false);
  const body = await readBody(request);
  return body === undefined ? undefined : http.answerWith(await carry(agent, request, body, gone), keepAlive);
}

/** A database that is to be restored. */
function isUpload({ method, url = '' }: IncomingMessage): boolean {
  return method === 'PUT' && withoutQuery(url) === DUMP_PATH;
}

function carry(agent: ServedAgent, request: IncomingMessage, body: string, gone: AbortSignal): Promise<XapiResponse> {
  const { url = '' } = request;
  return isUpload(request)
    ? agent.serve({ method: 'PUT', path: url, body }, gone)
    : Promise.resolve(post(agent, url, body, gone));
}

/** HTTP/1.0 keeps nothing alive unless asked to. */
function keepsAlive({ headers, httpVersion }: IncomingMessage): boolean {
  const wish = headers.connection?.toLowerCase();
  return httpVersion === '1.0' ? wish === 'keep-alive' : wish !== 'close';
}

function download(agent: ServedAgent, path: string, gone: AbortSignal): Promise<XapiResponse> {
  if (withoutQuery(path) !== DUMP_PATH) return Promise.resolve(http.notFound());
  return agent.serve({ method: 'GET', path, body: '' }, gone);
}

/** A POST to any other path reaches the handler of `/`, which speaks XML-RPC: clients post to `/RPC2`, and npm `xen-api` to `/xmlrpc`. */
async function post(agent: ServedAgent, url: string, body: string, gone: AbortSignal): Promise<XapiResponse> {
  const path = withoutQuery(url);
  if (JSON_PATHS.has(path)) {
    return agent.servesJson() ? agent.serve({ method: 'POST', path: '/jsonrpc', body }, gone) : http.noJsonHere();
  }
  return agent.serve({ method: 'POST', path: '/', body }, gone);
}

function withoutQuery(path: string): string {
  return path.split('?')[0]!;
}

/** Why a body is not read, in xapi's words. A dump is no call, and may be as large as it is. */
function bodyObstacle(request: IncomingMessage): string | undefined {
  const length = request.headers['content-length'];
  if (length === undefined) return 'Failure(&quot;We require a content-length: HTTP header&quot;)';
  return Number(length) > http.MOST_BYTES && !isUpload(request) ? 'Http_svr.Client_requested_size_over_limit' : undefined;
}

/** At most as long as its content-length said, to which Node holds it. Undefined when the client went first. */
function readBody(request: IncomingMessage): Promise<string | undefined> {
  return new Promise((resolve) => {
    const chunks: Buffer[] = [];
    request.on('data', (chunk: Buffer) => chunks.push(chunk));
    request.on('end', () => resolve(Buffer.concat(chunks).toString('utf8')));
    request.on('error', () => resolve(undefined));
  });
}
