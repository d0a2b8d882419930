import { expect } from 'chai';
import fc from 'fast-check';
import { dataPacket, errorPacket, optionsPacket, readPacket } from '../../../src/boot/tftp/packet';

const request = (opcode: number, ...words: readonly string[]): Buffer =>
  Buffer.from(`\0${String.fromCharCode(opcode)}${words.map((word) => `${word}\0`).join('')}`, 'latin1');

describe('A packet of TFTP', () => {
  it('is a request with the options that are known and make sense', () => {
    expect(readPacket(request(1, 'pxelinux.0', 'octet'))).to.deep.equal({ kind: 'Read', name: 'pxelinux.0', options: {} });
    expect(
      readPacket(request(1, 'a', 'OCTET', 'TSIZE', '0', 'blksize', '1408', 'timeout', '3', 'windowsize', '4')),
    ).to.deep.equal({
      kind: 'Read',
      name: 'a',
      options: { size: true, blockSize: 1408, timeout: 3 },
    });
    const most = { kind: 'Read', name: 'a', options: { blockSize: 1468 } };
    expect(readPacket(request(1, 'a', 'octet', 'blksize', '65464', 'timeout', '255'))).to.deep.equal(most);
    for (const bad of [['blksize', '7'], ['blksize', '-1'], ['blksize', '1e3'], ['timeout', '0'], ['tsize']])
      expect(readPacket(request(1, 'a', 'octet', ...bad)), bad.join()).to.deep.equal({ kind: 'Read', name: 'a', options: {} });
  });

  it('is refused as a request to write, in another mode, without a name or an end, and too long', () => {
    const refused = (bytes: Buffer): string => {
      const received = readPacket(bytes);
      return received.kind === 'Refused' ? (received.error?.toString('latin1', 4) ?? 'in silence') : received.kind;
    };
    expect(refused(request(2, 'a', 'octet'))).to.equal('this server only gives\0');
    expect(refused(request(1, 'a', 'netascii'))).to.equal('only octet mode is spoken here\0');
    expect(refused(request(1, '', 'octet'))).to.equal('that is no name of a file\0');
    expect(refused(request(1, 'a\nb', 'octet'))).to.equal('that is no name of a file\0');
    expect(refused(request(1, 'a'.repeat(256), 'octet'))).to.equal('that is no name of a file\0');
    expect(refused(request(1, 'a', 'octet', 'x'.repeat(600)))).to.equal('that is no request\0');
    expect(refused(request(1, 'a', 'octet').subarray(0, -1))).to.equal('that is no request\0');
    for (const bytes of [
      Buffer.alloc(0),
      Buffer.from([0, 4, 0]),
      Buffer.from([0, 3, 0, 1]),
      Buffer.from([0, 6, 0, 0]),
      Buffer.from([9, 9, 9, 9]),
    ])
      expect(refused(bytes)).to.equal('in silence');
  });

  it('is an acknowledgement or an end', () => {
    expect(readPacket(Buffer.from([0, 4, 1, 2]))).to.deep.equal({ kind: 'Ack', block: 258 });
    expect(readPacket(Buffer.from([0, 5, 0, 8, 0]))).to.deep.equal({ kind: 'Error' });
  });

  it('is read whatever it is', () => {
    fc.assert(
      fc.property(fc.uint8Array({ maxLength: 600 }), (bytes) => {
        expect(readPacket(Buffer.from(bytes)).kind).to.match(/^(Read|Ack|Error|Refused)$/);
      }),
      { numRuns: 2000 },
    );
  });

  it('is written as the standards have it', () => {
    expect(dataPacket(258, Buffer.from('ab')).toString('hex')).to.equal('000301026162');
    expect(errorPacket(1, 'no').toString('hex')).to.equal('000500016e6f00');
    expect(optionsPacket({}, 7)).to.equal(undefined);
    expect(optionsPacket({ size: true, timeout: 3, blockSize: 1408 }, 77)!.toString('latin1')).to.equal(
      '\0\x06blksize\0' + '1408\0timeout\0' + '3\0tsize\0' + '77\0',
    );
  });
});
