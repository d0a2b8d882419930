import { expect } from 'chai';
import fc from 'fast-check';
import { answerFile } from '../../../src/boot/answers/answerFile';
import type { AnswerAsked, RestoreAsked, UpgradeAsked } from '../../../src/boot/answers/asked';
import { checkAnswerFile } from '../../../src/boot/answers/check';
import { AnswerFileRefused } from '../../../src/boot/answers/refused';
import { readAnswerFile } from '../../../src/simulator/metal/answerFile';

const beacons = { start: 'http://boot.example:8443/start/1abc', complete: 'http://boot.example:8443/complete/1def' };
const upgrade: UpgradeAsked = {
  kind: 'upgrade',
  installer: '8.2.1',
  disk: '/dev/disk/by-id/scsi-3600508b1001c5e757c79ba52c727a91f',
  source: 'http://boot.example:8443/repository/1ghi/',
  beacons,
};
const restore: RestoreAsked = { kind: 'restore', installer: '8.2.1', disk: '/dev/sda', beacons };

const refusing = (work: () => unknown): string => {
  try {
    work();
  } catch (error) {
    if (error instanceof AnswerFileRefused) return error.message;
    throw error;
  }
  return '';
};

/** Words that break XML, or mean something in it, between others. */
const nasty = fc
  .array(
    fc.oneof(
      fc.string({ unit: 'binary', maxLength: 6 }),
      fc.constantFrom(
        '"',
        "'",
        '<',
        '>',
        '&',
        '&amp;',
        '&#34;',
        ']]>',
        '<![CDATA[',
        '<!--',
        '-->',
        '/>',
        '</existing-installation>',
      ),
      fc.constantFrom(
        'mode="fresh"',
        '" mode="reinstall',
        '<installation mode="fresh">',
        '</installation>',
        '<restore>',
        '<?xml?>',
      ),
      fc.constantFrom('sda', '/dev/', 'http://a/', 'iscsi:', '\u0000', '\u2028', ' ', '\n'),
    ),
    { maxLength: 6 },
  )
  .map((parts) => parts.join(''));

const wild: fc.Arbitrary<AnswerAsked> = fc.record({
  kind: fc.constantFrom('upgrade' as const, 'restore' as const),
  installer: fc.oneof(fc.constantFrom('5.5', '5.6', '6.0', '6.2.0', '8.2.1', '8.3'), nasty),
  disk: nasty,
  source: fc.oneof(
    nasty,
    nasty.map((tail) => `http://boot.example/${tail}`),
  ),
  beacons: fc.record({
    start: nasty.map((tail) => `http://boot.example/s${tail}`),
    complete: fc.oneof(
      nasty,
      nasty.map((tail) => `https://[2001:db8::1]:8443/c?${tail}`),
    ),
  }),
});

describe('The answer file', () => {
  it('of an upgrade says so, and names the disk, the source and two scripts', () => {
    expect(answerFile(upgrade)).to.equal(
      [
        '<installation mode="upgrade">',
        '  <existing-installation>/dev/disk/by-id/scsi-3600508b1001c5e757c79ba52c727a91f</existing-installation>',
        '  <source type="url">http://boot.example:8443/repository/1ghi/</source>',
        '  <script stage="installation-start" type="url">http://boot.example:8443/start/1abc</script>',
        '  <script stage="installation-complete" type="url">http://boot.example:8443/complete/1def</script>',
        '</installation>',
        '',
      ].join('\n'),
    );
  });

  it('of a restore names the disk whose backup is meant', () => {
    expect(answerFile(restore)).to.match(
      /^<restore>\n {2}<backup-disk>\/dev\/sda<\/backup-disk>\n {2}<script stage="installation-start"/,
    );
  });

  it('has no scripts for installers before 6.0, which know no stages', () => {
    expect(answerFile({ ...upgrade, installer: '5.6' })).not.to.contain('script');
    expect(answerFile({ ...restore, installer: '5.5.0' })).not.to.contain('script');
    expect(answerFile({ ...upgrade, installer: '6.0' })).to.contain('script');
  });

  it('is read by a stranger, the simulated installer, as what it is', () => {
    expect(readAnswerFile(answerFile(upgrade)).intent).to.deep.equal({ kind: 'upgrade' });
    expect(readAnswerFile(answerFile({ ...upgrade, disk: 'a&<b>"\'' })).intent).to.deep.equal({ kind: 'upgrade' });
    expect(readAnswerFile(answerFile(restore)).intent).to.deep.equal({ kind: 'restore' });
  });

  it('is not written for a disk, URL or version that makes no sense', () => {
    for (const disk of ['', ' sda', 'sda\n', 'sdä', 'a'.repeat(513)])
      expect(
        refusing(() => answerFile({ ...upgrade, disk })),
        disk,
      ).not.to.equal('');
    for (const source of [
      '',
      'boot.example',
      'ftp://a/',
      'file:///answerfile',
      'http://u:p@a/',
      'http://a/#b',
      `http://a/${'b'.repeat(1024)}`,
    ])
      expect(
        refusing(() => answerFile({ ...upgrade, source })),
        source,
      ).not.to.equal('');
    for (const installer of ['', 'eight', '8', '8.2.1 '])
      expect(
        refusing(() => answerFile({ ...upgrade, installer })),
        installer,
      ).not.to.equal('');
  });

  it('never shows the login of a URL in its refusal', () => {
    expect(refusing(() => answerFile({ ...upgrade, source: 'http://root:hunter2@a/' })))
      .to.match(/holds a login/)
      .and.not.contain('hunter2');
  });

  it('whatever is asked for, is an upgrade or the restore that was asked for, or is refused', () => {
    fc.assert(
      fc.property(wild, (asked) => {
        let text: string;
        try {
          text = answerFile(asked);
        } catch (error) {
          expect(error).to.be.instanceOf(AnswerFileRefused);
          return;
        }
        expect(readAnswerFile(text).intent.kind).to.equal(asked.kind);
      }),
      { numRuns: 5000 },
    );
  });

  it('is written for disks and URLs with every printable character', () => {
    const printable = fc.string({
      unit: fc.integer({ min: 0x21, max: 0x7e }).map((code) => String.fromCharCode(code)),
      minLength: 1,
      maxLength: 40,
    });
    fc.assert(
      fc.property(printable, (word) => {
        const asked = { ...upgrade, disk: word, source: `http://a/${word.replaceAll('#', '')}` };
        expect(readAnswerFile(answerFile(asked)).intent).to.deep.equal({ kind: 'upgrade' });
      }),
      { numRuns: 1000 },
    );
  });
});

describe('The check of an answer file', () => {
  const texts: readonly (readonly [AnswerAsked, string])[] = [upgrade, { ...upgrade, installer: '5.6' }, restore].map((asked) => [
    asked,
    answerFile(asked),
  ]);

  it('refuses every other mode, and none', () => {
    const text = answerFile(upgrade);
    for (const mode of [
      'fresh',
      'reinstall',
      'Upgrade',
      'upgrade ',
      '',
      'restore',
      'upgrade" mode="fresh',
      'fresh" mode="upgrade',
    ])
      expect(
        refusing(() => checkAnswerFile(text.replace('mode="upgrade"', `mode="${mode}"`), upgrade)),
        mode,
      ).not.to.equal('');
    expect(refusing(() => checkAnswerFile(text.replace(' mode="upgrade"', ''), upgrade))).to.match(
      /attributes of <installation>/,
    );
  });

  it('refuses a restore that was not asked for, and an upgrade where a restore was', () => {
    expect(refusing(() => checkAnswerFile(answerFile(restore), upgrade))).to.match(/root is <restore>/);
    expect(refusing(() => checkAnswerFile(answerFile(upgrade), restore))).to.match(/root is <installation>/);
  });

  it('refuses another disk, source or beacon than was asked for', () => {
    const other = { ...upgrade, beacons: { ...beacons, start: 'http://evil.example/' } };
    expect(refusing(() => checkAnswerFile(answerFile({ ...upgrade, disk: 'sdb' }), upgrade))).to.match(/existing-installation/);
    expect(refusing(() => checkAnswerFile(answerFile({ ...upgrade, source: 'http://evil.example/' }), upgrade))).to.match(
      /source/,
    );
    expect(refusing(() => checkAnswerFile(answerFile(other), upgrade))).to.match(/script/);
  });

  it('refuses every element, instruction or comment that is not ours', () => {
    const extra = [
      '<primary-disk>sda</primary-disk>',
      '<guest-disk>sda</guest-disk>',
      '<source type="url">http://boot.example:8443/repository/1ghi/</source>',
      '<existing-installation>sdb</existing-installation>',
      '<script stage="filesystem-populated" type="url">http://boot.example/</script>',
      '<script stage="packages-installed" type="url">http://boot.example/</script>',
      '<post-install-script>http://boot.example/</post-install-script>',
      '<root-password>x</root-password>',
      '<!-- a comment -->',
      '<?run this?>',
      '<![CDATA[x]]>',
      'text',
    ];
    for (const more of extra)
      for (const [asked, text] of texts)
        expect(
          refusing(() => checkAnswerFile(text.replace(/(\n<\/)/, `\n  ${more}$1`), asked)),
          more,
        ).not.to.equal('');
    for (const [asked, text] of texts)
      for (const before of ['<?xml version="1.0"?>', '<!DOCTYPE installation [<!ENTITY m "fresh">]>', '<!-- -->', '\ufeff', ' '])
        expect(
          refusing(() => checkAnswerFile(before + text, asked)),
          before,
        ).not.to.equal('');
  });

  it('refuses every text that differs anywhere from the one that was asked for', () => {
    const change = fc.record({
      which: fc.nat(texts.length - 1),
      at: fc.nat(2000),
      cut: fc.nat(12),
      put: fc.oneof(nasty, fc.string({ maxLength: 3 }), fc.constantFrom('fresh', 'reinstall', 'upgrade', '')),
    });
    fc.assert(
      fc.property(change, ({ which, at, cut, put }) => {
        const [asked, text] = texts[which]!;
        const from = at % text.length;
        const changed = text.slice(0, from) + put + text.slice(from + cut);
        if (changed === text) checkAnswerFile(changed, asked);
        else
          expect(
            refusing(() => checkAnswerFile(changed, asked)),
            changed,
          ).not.to.equal('');
      }),
      { numRuns: 10_000 },
    );
  });

  it('refuses what is too long, before parsing it', () => {
    expect(refusing(() => checkAnswerFile(`<installation>${' '.repeat(20_000)}`, upgrade))).to.match(/characters/);
  });
});
