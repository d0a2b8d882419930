// The listening socket of one simulated BMC: HTTPS on a loopback address. What is answered is the BMC's affair; a request that is to be lost breaks its connection.
import https from 'node:https';
import type { IncomingMessage, ServerResponse } from 'node:http';
import type { AddressInfo, Socket } from 'node:net';
import { type BmcMethod, type BmcResponse, TransportFailure } from '../../bmc/transport';
import type { SimulatedBmc } from '../bmc/simulatedBmc';
import type { Certificate } from './certificates';

export interface BmcServerSettings {
  readonly bmc: Pick<SimulatedBmc, 'handle'>;
  readonly address: string;
  readonly certificate: Certificate;
  /** Told of errors that are none of the simulated world. */
  readonly onDefect: (error: unknown) => void;
}

/** A request larger than that is none of Redfish. */
const MOST_BYTES = 64 * 1024;
const METHODS: ReadonlySet<string> = new Set(['GET', 'POST', 'PATCH', 'DELETE']);
/** Milliseconds of the world that a client of a BMC which does not answer is taken to wait. */
export const BMC_TIMEOUT = 120_000;

export class BmcServer {
  private readonly server: https.Server;
  private readonly sockets = new Set<Socket>();

  constructor(private readonly settings: BmcServerSettings) {
    const { key, cert } = settings.certificate;
    this.server = https.createServer({ key, cert }, (request, response) => {
      void this.handle(request, response).catch((error: unknown) => settings.onDefect(error));
    });
    this.server.on('connection', (socket: Socket) => {
      this.sockets.add(socket);
      socket.on('close', () => this.sockets.delete(socket));
    });
  }

  /** @param port 0 for a free one. @returns the port it listens at. @throws the socket's error */
  open(port: number): Promise<number> {
    return new Promise((resolve, reject) => {
      this.server.once('error', reject);
      this.server.listen(port, this.settings.address, () => {
        this.server.off('error', reject);
        resolve((this.server.address() as AddressInfo).port);
      });
    });
  }

  /** Nothing listens when this returns, and every connection is torn. */
  close(): void {
    this.server.close();
    for (const socket of this.sockets) socket.destroy();
  }

  private async handle(request: IncomingMessage, response: ServerResponse): Promise<void> {
    const body = await readBody(request);
    const { method = '', url = '/' } = request;
    if (body === undefined) return void request.destroy();
    // Clients ask with HEAD as well; it is answered as GET, and Node keeps the body to itself.
    const known = method === 'HEAD' ? 'GET' : method;
    if (!METHODS.has(known)) return send(response, { status: 405, headers: { allow: [...METHODS].join(', ') }, body: '' });
    try {
      const headers = Object.fromEntries(Object.entries(request.headers).map(([name, value]) => [name, String(value)]));
      const asked = { method: known as BmcMethod, path: url, headers, body, timeoutMs: BMC_TIMEOUT };
      send(response, await this.settings.bmc.handle(asked));
    } catch (error) {
      if (!(error instanceof TransportFailure)) throw error;
      response.destroy();
    }
  }
}

function send(response: ServerResponse, { status, headers, body }: BmcResponse): void {
  response.writeHead(status, { 'odata-version': '4.0', 'content-length': Buffer.byteLength(body), ...headers });
  response.end(body);
}

/** Undefined for what is too long, or when the client went first. */
function readBody(request: IncomingMessage): Promise<string | undefined> {
  return new Promise((resolve) => {
    const chunks: Buffer[] = [];
    let size = 0;
    request.on('data', (chunk: Buffer) => {
      size += chunk.length;
      if (size > MOST_BYTES) return resolve(undefined);
      chunks.push(chunk);
    });
    request.on('end', () => resolve(Buffer.concat(chunks).toString('utf8')));
    request.on('error', () => resolve(undefined));
  });
}
