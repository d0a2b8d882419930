// Many readers of one image in one process: each asks for range after range over one connection, as a BMC or a virtual machine does, throws the bytes away and
// counts them. Bare sockets into one buffer each: what is measured is the server.
import { connect, type Socket } from 'node:net';

export interface Readers {
  readonly port: number;
  readonly paths: readonly string[];
  readonly imageBytes: number;
  readonly rangeBytes: number;
  readonly seconds: number;
}

export interface Read {
  readonly bytes: number;
  readonly seconds: number;
  readonly answers: number;
  /** Bytes of the reader that got least and most, for fairness. */
  readonly least: number;
  readonly most: number;
}

const BUFFER_BYTES = 256 * 1024;
const HEAD_END = '\r\n\r\n';

class Reader {
  bytes = 0;
  answers = 0;
  private left = 0;
  private head = '';
  private offset: number;
  private socket: Socket | undefined;

  constructor(
    private readonly task: Readers,
    private readonly path: string,
    index: number,
    private readonly failed: (error: Error) => void,
  ) {
    // Each begins elsewhere.
    this.offset = Math.floor((index * 0x9e3779b1) % (task.imageBytes / task.rangeBytes)) * task.rangeBytes;
  }

  start(buffer: Buffer): void {
    const onread = { buffer, callback: (count: number): boolean => this.take(buffer, count) };
    const socket = connect({ host: '127.0.0.1', port: this.task.port, onread }, () => this.ask());
    socket.once('error', this.failed);
    this.socket = socket;
  }

  stop(): void {
    this.socket?.destroy();
  }

  private ask(): void {
    const { imageBytes, rangeBytes } = this.task;
    const end = Math.min(this.offset + rangeBytes, imageBytes) - 1;
    this.socket!.write(`GET ${this.path} HTTP/1.1\r\nhost: 127.0.0.1\r\nrange: bytes=${this.offset}-${end}\r\n\r\n`);
    this.offset = end + 1 >= imageBytes ? 0 : end + 1;
  }

  private take(buffer: Buffer, count: number): boolean {
    let body = count;
    if (this.left === 0) body = this.takeHead(buffer, count);
    this.bytes += body;
    this.left -= body;
    if (this.left === 0 && this.head === '') this.ask();
    return true;
  }

  /** @returns how many bytes of the body came with it */
  private takeHead(buffer: Buffer, count: number): number {
    const text = this.head + buffer.toString('latin1', 0, Math.min(count, 4096));
    const end = text.indexOf(HEAD_END);
    if (end < 0) {
      this.head = text;
      return 0;
    }
    const length = /^HTTP\/1\.1 206 [^]*?\r\ncontent-length: (\d+)/i.exec(text)?.[1];
    if (length === undefined) throw new Error(`expected 206, got ${text.slice(0, 200)}`);
    const before = this.head.length;
    this.head = '';
    this.left = Number(length);
    this.answers++;
    return count - (end + HEAD_END.length - before);
  }
}

/** Reads for so many seconds, after one second in which nothing is counted. */
async function read(task: Readers): Promise<Read> {
  const fail = (error: Error): never => {
    throw error;
  };
  const readers = task.paths.map((path, index) => new Reader(task, path, index, fail));
  // All share one buffer: nobody looks at what is in it once its callback has returned.
  const buffer = Buffer.allocUnsafe(BUFFER_BYTES);
  for (const reader of readers) reader.start(buffer);
  await new Promise((resolve) => setTimeout(resolve, 1000));
  const before = readers.map(({ bytes, answers }) => ({ bytes, answers }));
  const from = performance.now();
  await new Promise((resolve) => setTimeout(resolve, task.seconds * 1000));
  const seconds = (performance.now() - from) / 1000;
  const each = readers.map(({ bytes }, index) => bytes - before[index]!.bytes);
  const answers = readers.reduce((sum, one, index) => sum + one.answers - before[index]!.answers, 0);
  for (const reader of readers) reader.stop();
  return { bytes: each.reduce((sum, one) => sum + one, 0), seconds, answers, least: Math.min(...each), most: Math.max(...each) };
}

let input = '';
process.stdin.on('data', (part) => (input += part.toString()));
process.stdin.once(
  'end',
  () => void read(JSON.parse(input) as Readers).then((told) => process.stdout.write(`${JSON.stringify(told)}\n`)),
);
