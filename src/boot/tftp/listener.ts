// The TFTP server's socket. All transfers go through the one port, so that a Service, a firewall or a NAT in between needs to know no other; who is meant is told by
// the client's address and port. How many transfers there are at once is bounded, in all and for one address, and a request beyond that is not answered: its client
// asks again.
import { createSocket, type RemoteInfo, type Socket } from 'node:dgram';
import { Aborted, type Clock } from '../../foundation/clock';
import type { Log } from '../../foundation/log';
import { type BootLoaderParts, bootLoaderFile, type Found } from './bootLoaderFiles';
import { ACCESS_VIOLATION, errorPacket, NOT_DEFINED, NOT_FOUND, readPacket, type Received } from './packet';
import { Transfer } from './transfer';

export interface TftpOptions extends BootLoaderParts {
  readonly host: string;
  /** 69 where boot loaders shall find it; 0 for a free one. */
  readonly port: number;
  /** Real time. */
  readonly clock: Clock;
  readonly log: Log;
}

export interface TftpListener {
  readonly port: number;
  /** Under way now. */
  transfers(): number;
  close(): Promise<void>;
}

const MOST_TRANSFERS = 64;
const MOST_OF_ONE_ADDRESS = 8;

/** @throws the socket's error when the address is not to be had */
export async function openTftp(options: TftpOptions): Promise<TftpListener> {
  const socket = createSocket(options.host.includes(':') ? 'udp6' : 'udp4');
  await new Promise<void>((resolve, reject) => {
    socket.once('error', reject);
    socket.bind(options.port, options.host, () => {
      socket.off('error', reject);
      resolve();
    });
  });
  const desk = new Desk(socket, options);
  return { port: socket.address().port, transfers: () => desk.count, close: () => desk.close() };
}

/** A client's place: taken with its request, given back with the end of its transfer. */
interface Place {
  readonly over: AbortController;
  transfer: Transfer | undefined;
}

class Desk {
  private readonly places = new Map<string, Place>();

  constructor(
    private readonly socket: Socket,
    private readonly options: TftpOptions,
  ) {
    socket.on('message', (bytes, peer) => this.take(readPacket(bytes), peer));
    // A client that is gone is told by its silence.
    socket.on('error', (error) => options.log.warn('TFTP socket', { error: error.message }));
  }

  get count(): number {
    return this.places.size;
  }

  close(): Promise<void> {
    for (const key of [...this.places.keys()]) this.leave(key);
    return new Promise((resolve) => this.socket.close(resolve));
  }

  private take(received: Received, peer: RemoteInfo): void {
    const key = `${peer.address} ${peer.port}`;
    switch (received.kind) {
      case 'Read':
        return this.admit(key, received, peer);
      case 'Ack':
        return this.places.get(key)?.transfer?.acknowledged(received.block);
      case 'Error':
        return this.leave(key);
      case 'Refused':
        if (received.error !== undefined) this.send(received.error, peer);
    }
  }

  /** Who asks again by the same port has not got our answer: it is given anew. */
  private admit(key: string, asked: Extract<Received, { kind: 'Read' }>, peer: RemoteInfo): void {
    this.leave(key);
    const ofPeer = [...this.places.keys()].filter((one) => one.startsWith(`${peer.address} `)).length;
    if (this.places.size >= MOST_TRANSFERS || ofPeer >= MOST_OF_ONE_ADDRESS) {
      this.options.log.warn('TFTP request not answered: too many at once', { from: peer.address });
      return;
    }
    const place: Place = { over: new AbortController(), transfer: undefined };
    this.places.set(key, place);
    this.begin(key, place, asked, peer).catch((error: unknown) => {
      if (this.places.get(key) === place) this.leave(key);
      if (error instanceof Aborted) return;
      this.options.log.error('TFTP request failed', { from: peer.address, error: String(error) });
      this.send(errorPacket(NOT_DEFINED, 'not now'), peer);
    });
  }

  private async begin(
    key: string,
    place: Place,
    { name, options }: Extract<Received, { kind: 'Read' }>,
    peer: RemoteInfo,
  ): Promise<void> {
    const found = await bootLoaderFile(this.options, name, peer.address, place.over.signal);
    if (found.kind !== 'File') {
      if (this.places.get(key) !== place) return;
      this.leave(key);
      return this.refuse(found, name, peer);
    }
    const close = (): void =>
      void found.close().catch((error: unknown) => this.options.log.warn('TFTP file', { error: String(error) }));
    if (place.over.signal.aborted) return close();
    place.transfer = new Transfer({
      source: found.source,
      options,
      clock: this.options.clock,
      send: (packet) => this.send(packet, peer),
      ended: () => {
        close();
        if (this.places.get(key) === place) this.places.delete(key);
      },
    });
    place.transfer.start();
  }

  private refuse(found: Exclude<Found, { kind: 'File' }>, name: string, peer: RemoteInfo): void {
    const { log } = this.options;
    switch (found.kind) {
      case 'None':
        return this.send(errorPacket(NOT_FOUND, 'there is no such file'), peer);
      case 'Forbidden':
        log.warn('TFTP name refused', { from: peer.address, name });
        return this.send(errorPacket(ACCESS_VIOLATION, 'that name leads out of the folder'), peer);
      case 'Failed':
        log.warn('TFTP file not given', { from: peer.address, name, why: found.why });
        return this.send(errorPacket(NOT_DEFINED, 'the file cannot be given'), peer);
    }
  }

  private leave(key: string): void {
    const place = this.places.get(key);
    if (place === undefined) return;
    this.places.delete(key);
    place.over.abort(new Error('the client has gone'));
    place.transfer?.end();
  }

  private send(packet: Buffer, { address, port }: RemoteInfo): void {
    this.socket.send(packet, port, address, (error) => {
      if (error) this.options.log.debug('TFTP packet not sent', { to: address, error: error.message });
    });
  }
}
