// One file on its way to one client, block after block, each sent again until it is acknowledged. An acknowledgement of anything but the last block sent is a
// latecomer, and is not answered: two that answered each other's latecomers would send everything twice.
import type { Cancel, Clock } from '../../foundation/clock';
import type { BlockSource } from '../media/blockSource';
import { dataPacket, errorPacket, NOT_DEFINED, optionsPacket, PLAIN_BLOCK, type RequestOptions } from './packet';

export interface TransferParts {
  readonly source: BlockSource;
  readonly options: RequestOptions;
  readonly clock: Clock;
  send(packet: Buffer): void;
  /** Called once, whatever the end. */
  ended(): void;
}

const TIMEOUT_S = 1;
/** A machine whose card comes up anew is away for a few seconds. */
const TRIES = 6;

export class Transfer {
  private readonly blockSize: number;
  private readonly over = new AbortController();
  /** 0: the options. */
  private block = 0;
  /** What waits to be acknowledged; undefined while the next is read. */
  private sent: Buffer | undefined;
  private tries = 0;
  private cancel: Cancel | undefined;

  constructor(private readonly parts: TransferParts) {
    this.blockSize = parts.options.blockSize ?? PLAIN_BLOCK;
  }

  start(): void {
    const options = optionsPacket(this.parts.options, this.parts.source.size);
    if (options === undefined) this.next();
    else this.put(options);
  }

  acknowledged(block: number): void {
    if (this.sent === undefined || block !== this.block) return;
    this.cancel?.();
    if (this.block > 0 && this.sent.length < this.blockSize + 4) this.end();
    else this.next();
  }

  /** The client ended it, or another takes its place. */
  end(): void {
    if (this.over.signal.aborted) return;
    this.over.abort(new Error('the transfer is over'));
    this.cancel?.();
    this.parts.ended();
  }

  private next(): void {
    this.block++;
    this.sent = undefined;
    const { source } = this.parts;
    const offset = (this.block - 1) * this.blockSize;
    const length = Math.min(this.blockSize, source.size - offset);
    source.read(offset, length, this.over.signal).then(
      (bytes) => this.put(dataPacket(this.block, bytes)),
      () => this.fail(),
    );
  }

  private put(packet: Buffer): void {
    if (this.over.signal.aborted) return;
    this.sent = packet;
    this.tries = 0;
    this.again();
  }

  private again(): void {
    const { clock, options } = this.parts;
    this.tries++;
    this.parts.send(this.sent!);
    this.cancel = clock.after((options.timeout ?? TIMEOUT_S) * 1000, () => (this.tries < TRIES ? this.again() : this.end()));
  }

  private fail(): void {
    if (this.over.signal.aborted) return;
    this.parts.send(errorPacket(NOT_DEFINED, 'the file cannot be read'));
    this.end();
  }
}
