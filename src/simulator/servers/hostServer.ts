// The listening socket of one host: there while the host's agent runs, in the manner of the release that runs, and gone with every connection when it stops.
// A host that is off cannot be told apart from one whose agent is: on a loopback address nothing is ever unreachable, only refused.
import http from 'node:http';
import https from 'node:https';
import type { Socket } from 'node:net';
import type { ReleaseFacts } from '../releases';
import type { Certificate } from './certificates';
import { answerWith, internalError } from './httpAnswers';
import { handle, type ServedAgent } from './requests';

export interface HostServerSettings {
  readonly address: string;
  readonly agent: ServedAgent;
  /** What the release that runs there speaks. */
  readonly tls: () => ReleaseFacts['tls'];
  /** Undefined for plain HTTP. */
  readonly certificate: () => Certificate | undefined;
}

export class HostServer {
  private server: http.Server | undefined;
  private readonly sockets = new Set<Socket>();

  constructor(private readonly settings: HostServerSettings) {}

  /**
   * @param port 0 for a free one
   * @returns the port it listens at
   * @throws the socket's error, e.g. EADDRINUSE
   */
  open(port: number): Promise<number> {
    const server = this.create();
    this.server = server;
    return new Promise((resolve, reject) => {
      server.once('error', reject);
      server.listen(port, this.settings.address, () => {
        server.off('error', reject);
        server.on('error', (error) => this.settings.agent.defect(error));
        resolve((server.address() as { readonly port: number }).port);
      });
    });
  }

  /** Nothing listens when this returns, and every connection is torn. */
  close(): void {
    this.server?.close();
    this.server = undefined;
    for (const socket of this.sockets) socket.destroy();
    this.sockets.clear();
  }

  private create(): http.Server {
    const { agent } = this.settings;
    const listener = (request: http.IncomingMessage, response: http.ServerResponse): void => {
      void handle(agent, request, response);
    };
    const certificate = this.settings.certificate();
    const server =
      certificate === undefined
        ? http.createServer(listener)
        : https.createServer({ key: certificate.key, cert: certificate.cert, ...this.protocols() }, listener);
    // Connections are kept until one side goes, as recorded; the agent's end must not be confused with a time-out of ours.
    server.keepAliveTimeout = 0;
    server.on('connection', (socket: Socket) => {
      this.sockets.add(socket);
      socket.on('close', () => this.sockets.delete(socket));
    });
    server.on('clientError', (error: NodeJS.ErrnoException, socket: Socket) => {
      if (error.code?.startsWith('HPE_') === true && socket.writable) refuse(socket);
      else socket.destroy();
    });
    return server;
  }

  /** TLS 1.0 needs ciphers and signatures that OpenSSL 3 has put below its lowest level of security. */
  private protocols(): https.ServerOptions {
    const { from, to } = this.settings.tls();
    return { minVersion: from, maxVersion: to, ...(from === 'TLSv1' ? { ciphers: 'DEFAULT@SECLEVEL=0' } : {}) };
  }
}

/** Headers that are none: xapi's words, and the connection ends. */
function refuse(socket: Socket): void {
  const { status, reason, headers, body } = answerWith(internalError('The HTTP headers could not be parsed.'), false);
  const lines = Object.entries(headers).map(([name, value]) => `${name}: ${value}\r\n`);
  socket.end(`HTTP/1.1 ${status} ${reason}\r\n${lines.join('')}\r\n${body}`);
}
