// What xapi's own HTTP server says around and beside the calls: headers, and the pages of its errors. Envelope and headers of calls are those of recorded
// exchanges (xapi 23.9.0); pages that were not recorded follow xen-api `ocaml/libs/http-lib/http_svr.ml`, which has said the same for many releases.
import type { XapiResponse } from '../../xenapi/transport';

export interface HttpAnswer {
  readonly status: number;
  readonly reason: string;
  readonly headers: Readonly<Record<string, string>>;
  readonly body: string;
}

/** Source: xapi, `http_limit_max_rpc_size`. */
export const MOST_BYTES = 300 * 1024;

const REASONS: Readonly<Record<number, string>> = {
  200: 'OK',
  401: 'Unauthorised',
  404: 'Not Found',
  500: 'Internal Error',
  501: 'Method not implemented',
};

const FROM_BROWSERS = { 'Access-Control-Allow-Origin': '*', 'Access-Control-Allow-Headers': 'X-Requested-With' };

/** @param keepAlive whether the client may send another request on the connection; after an error it never may */
export function answerWith({ status, contentType, body }: XapiResponse, keepAlive: boolean): HttpAnswer {
  const good = status < 400;
  const headers = {
    'content-length': String(Buffer.byteLength(body)),
    connection: good && keepAlive ? 'keep-alive' : 'close',
    'cache-control': 'no-cache, no-store',
    'content-type': contentType,
    ...(good ? FROM_BROWSERS : {}),
    ...(status === 401 ? { 'WWW-Authenticate': 'Basic realm="XenServer"' } : {}),
  };
  return { status, reason: REASONS[status] ?? '', headers, body };
}

function page(status: number, title: string, text: string): XapiResponse {
  return { status, contentType: 'text/html', body: `<html><body><h1>HTTP ${status} ${title}</h1>${text}</body></html>` };
}

export function notFound(): XapiResponse {
  return page(404, 'not found', 'The requested resource does not exist.');
}

/** PUT, DELETE and their like: xapi has other uses for some, the simulator for one, a database that is restored. */
export function methodNotImplemented(method: string): XapiResponse {
  return page(501, 'Method Not Implemented', `<p>${method.replace(/[^A-Z]/g, '')} not supported.<br /></p>`);
}

export function internalError(why: string): XapiResponse {
  const text = `An unexpected error occurred; please wait a while and try again. If the problem persists, please contact your support representative.<h1> Additional information </h1>${why}`;
  return page(500, 'internal server error', text);
}

/**
 * What a release without JSON-RPC says to JSON on `/jsonrpc`. Known: xapi finds a handler by the longest prefix of the path, so such a request reaches the
 * XML-RPC of `/`, which cannot read it; and npm `xen-api` knows old hosts by an answer of type `text/xml` that is no HTTP error. Not known: the very words.
 */
export function noJsonHere(): XapiResponse {
  const values = ['INTERNAL_ERROR', 'Xml.Error: the body is no XML-RPC call'].map((text) => `<value>${text}</value>`).join('');
  const members = `<member><name>Status</name><value>Failure</value></member><member><name>ErrorDescription</name><value><array><data>${values}</data></array></value></member>`;
  const body = `<?xml version="1.0"?><methodResponse><params><param><value><struct>${members}</struct></value></param></params></methodResponse>`;
  return { status: 200, contentType: 'text/xml', body };
}

export function preflight(keepAlive: boolean): HttpAnswer {
  const answer = answerWith({ status: 200, contentType: 'text/plain', body: '' }, keepAlive);
  return { ...answer, headers: { ...answer.headers, 'Access-Control-Allow-Methods': 'PUT' } };
}
