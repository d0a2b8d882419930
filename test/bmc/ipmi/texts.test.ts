import { expect } from 'chai';
import fc from 'fast-check';
import { overrideOf, parseFlags, writeFlags } from '../../../src/bmc/ipmi/bootFlags';
import { parseFru, parseGuid, parseMcInfo, parsePower } from '../../../src/bmc/ipmi/identityTexts';
import { scrubber } from '../../../src/bmc/ipmi/scrub';

describe('boot flags', () => {
  it('are written for the next boot only, with the bit of the firmware mode', () => {
    expect(writeFlags('Pxe', 'UEFI').join(' ')).to.equal('raw 0x00 0x08 0x05 0xa0 0x04 0x00 0x00 0x00');
    expect(writeFlags('Cd', 'BIOS').join(' ')).to.equal('raw 0x00 0x08 0x05 0x80 0x14 0x00 0x00 0x00');
    expect(writeFlags('Hdd', 'UEFI').join(' ')).to.equal('raw 0x00 0x08 0x05 0xa0 0x08 0x00 0x00 0x00');
  });

  it('are read as bytes', () => {
    const told = (text: string): unknown => overrideOf(parseFlags(text)!, 'Exact');
    expect(told(' 01 05 a0 04 00 00 00\n')).to.deep.equal({ target: 'Pxe', once: true, mode: 'UEFI' });
    expect(told(' 01 05 c0 08 00 00 00\n')).to.deep.equal({ target: 'Hdd', once: false, mode: 'BIOS' });
    expect(told(' 01 05 a0 18 00 00 00\n')).to.deep.equal({ target: 'Other', once: true, mode: 'UEFI' });
    expect(told(' 01 05 a0 00 00 00 00\n')).to.deep.equal({ target: 'None', once: false, mode: undefined });
  });

  it('that are not valid, or locked, are none', () => {
    for (const text of [' 01 05 20 04 00 00 00', ' 01 85 a0 04 00 00 00', ' 01 05 00 00 00 00 00'])
      expect(overrideOf(parseFlags(text)!, 'Exact').target).to.equal('None');
  });

  it('of a BMC that keeps the device alone tell the device alone', () => {
    const flags = parseFlags(' 01 05 00 04 00 00 00')!;
    expect(overrideOf(flags, 'DeviceOnly')).to.deep.equal({ target: 'Pxe', once: true, mode: undefined });
    expect(overrideOf(parseFlags(' 01 05 00 00 00 00 00')!, 'DeviceOnly').target).to.equal('None');
  });

  it('that are anything else are not guessed at', () => {
    for (const text of [
      '',
      '\n',
      ' 01 05 a0 04',
      ' 01 03 a0 04 00 00 00',
      ' 01 05 a0 04 00 00 xx',
      'a004000000',
      `01 05 ${'00 '.repeat(40)}`,
    ])
      expect(parseFlags(text), text).to.equal(undefined);
  });
});

describe('what a machine says it is', () => {
  it('stands in the product area of its FRU; serials of board and chassis are others', () => {
    const fru =
      ' Chassis Serial        : C1\n Board Serial          : B1\n Product Manufacturer  : Example Inc.\n Product Name          : R7\n Product Serial        : SN1: a\n';
    expect(parseFru(fru)).to.deep.equal({ manufacturer: 'Example Inc.', model: 'R7', serial: 'SN1: a' });
    expect(parseFru(' Board Serial          : B1\n')).to.deep.equal({ manufacturer: '', model: '', serial: '' });
  });

  it('is told once: a second serial in the same FRU does not count', () => {
    expect(parseFru(' Product Serial : SN1\n Product Serial : SN2\n').serial).to.equal('SN1');
  });

  it('comes with the firmware of its BMC, and a uuid', () => {
    const info =
      'Device ID                 : 0\nFirmware Revision         : 9.08\nManufacturer Name         : MontaVista Software, Inc.\n';
    expect(parseMcInfo(info)).to.deep.equal({ firmware: '9.08', manufacturer: 'MontaVista Software, Inc.' });
    expect(parseGuid('System GUID   : 00112233445566778899AABBCCDDEE01\n')).to.equal('00112233-4455-6677-8899-aabbccddee01');
    expect(parseGuid('System GUID  : 33221100-5544-7766-8899-aabbccddee01\nGUID Encoding : SMBIOS\n')).to.match(/^33221100-/);
    expect(parseGuid('System GUID  : 3322\n')).to.equal('');
  });

  it('is on or off in exactly these words', () => {
    expect(parsePower('Chassis Power is on\n')).to.equal('On');
    expect(parsePower('Chassis Power is off\r\n')).to.equal('Off');
    for (const text of ['', 'Chassis Power is unknown\n', 'Chassis Power is on fire\n', 'No, Chassis Power is on\n'])
      expect(parsePower(text), text).to.equal('Other');
  });

  it('is bounded, and has no control characters', () => {
    const { serial } = parseFru(` Product Serial : \u001b[31m${'x'.repeat(5_000)}\n`);
    expect(serial).to.match(/^[\x20-\x7e]{128}$/);
    fc.assert(
      fc.property(
        fc.string({ unit: 'binary', maxLength: 2_000 }),
        (text) => void [parseFru(text), parseMcInfo(text), parseGuid(text), parsePower(text), parseFlags(text)],
      ),
    );
  });
});

describe('a secret', () => {
  it('is taken out of a text in every shape in which a program may print it', () => {
    const scrub = scrubber(['s3cr.t+/']);
    const hex = Buffer.from('s3cr.t+/').toString('hex');
    const shapes = [
      's3cr.t+/',
      hex,
      hex.toUpperCase(),
      hex.replace(/../g, '$& '),
      hex.replace(/../g, '0x$&, '),
      Buffer.from('s3cr.t+/').toString('base64'),
      's3cr.t%2B%2F',
    ];
    for (const shape of shapes) expect(scrub(`key ${shape} end`), shape).to.match(/^key (?:0x)?<secret>[ ,=]* end$/);
    expect(scrub('s3crXt+/')).to.equal('s3crXt+/');
  });
});
