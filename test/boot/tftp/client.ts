// A client of TFTP that does what a test tells it to, and no more: it sends, and gives what comes, in order.
import { createSocket, type Socket } from 'node:dgram';

export class Client {
  private readonly come: Buffer[] = [];
  private waiting: ((packet: Buffer) => void) | undefined;

  private constructor(
    private readonly socket: Socket,
    private readonly port: number,
  ) {
    socket.on('message', (packet) => {
      const { waiting } = this;
      this.waiting = undefined;
      if (waiting === undefined) this.come.push(packet);
      else waiting(packet);
    });
  }

  static async open(port: number): Promise<Client> {
    const socket = createSocket('udp4');
    await new Promise<void>((resolve) => socket.bind(0, '127.0.0.1', resolve));
    return new Client(socket, port);
  }

  send(packet: Buffer): void {
    this.socket.send(packet, this.port, '127.0.0.1');
  }

  ask(name: string, ...options: readonly string[]): void {
    this.send(Buffer.from(`\0\x01${[name, 'octet', ...options].map((word) => `${word}\0`).join('')}`, 'latin1'));
  }

  acknowledge(block: number): void {
    this.send(Buffer.from([0, 4, block >> 8, block & 0xff]));
  }

  next(): Promise<Buffer> {
    const packet = this.come.shift();
    return packet === undefined ? new Promise((resolve) => (this.waiting = resolve)) : Promise.resolve(packet);
  }

  /** Packets that came and were not asked for. */
  get unread(): number {
    return this.come.length;
  }

  /** A whole file; the text of the error where there is none. */
  async fetch(name: string, ...options: readonly string[]): Promise<Buffer | string> {
    this.ask(name, ...options);
    const size = Number(options[options.indexOf('blksize') + 1] ?? 512);
    const blockSize = options.includes('blksize') ? size : 512;
    const blocks: Buffer[] = [];
    for (;;) {
      const packet = await this.next();
      const [opcode, block] = [packet.readUInt16BE(0), packet.readUInt16BE(2)];
      if (opcode === 5) return `${block} ${packet.toString('latin1', 4, packet.length - 1)}`;
      this.acknowledge(opcode === 6 ? 0 : block);
      if (opcode === 6) continue;
      blocks.push(packet.subarray(4));
      if (packet.length - 4 < blockSize) return Buffer.concat(blocks);
    }
  }

  close(): void {
    this.socket.close();
  }
}
