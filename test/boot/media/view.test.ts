// The ISO as one host sees it: only the boot configurations differ, and they say what the host is to be told.
import { expect } from 'chai';
import fc from 'fast-check';
import { inspectMedia } from '../../../src/boot/media/inspect';
import { type AnswerAt, installerWords, type InstallerArguments } from '../../../src/boot/arguments/installerArguments';
import type { MediaInspection } from '../../../src/boot/media/inspection';
import { MediaError } from '../../../src/boot/media/mediaError';
import { piecesOf, viewSource, type View, viewOf, viewTag } from '../../../src/boot/media/view';
import { BytesSource, never } from './made/bytesSource';
import { saidWords } from '../arguments/saidArguments';
import { grubCfg, INNER_GRUB, isolinuxCfg, vendorIso } from './made/vendorIso';

const ARGUMENTS: InstallerArguments = {
  networkDevice: '00:16:3e:12:34:56',
  networkConfig: {
    kind: 'static',
    ip: '10.1.7.11',
    netmask: '255.255.255.0',
    gateway: '10.1.7.1',
    dns: ['10.1.0.2', '10.1.0.3'],
    vlan: 70,
  },
  multipath: 'enabled',
  atExit: 'poweroff',
};
const ANSWER: AnswerAt = { key: 'answerfile', url: 'https://boot.example:8443/a/5f2c1d/answerfile.xml?part=1;x' };
const SAID = installerWords(ARGUMENTS, ANSWER);
/** With an answer file at this URL, and nothing else. */
const answersAt = (url: string): readonly string[] => installerWords({}, { key: 'answerfile', url });
const NETWORK = 'network_config=static:ip=10.1.7.11;netmask=255.255.255.0;gateway=10.1.7.1;dns=10.1.0.2,10.1.0.3;vlan=70';

const whole = (view: View, bytes: Buffer): Promise<Buffer> =>
  viewSource(view, new BytesSource(bytes)).read(0, bytes.length, never);
const inspect = (bytes: Buffer): Promise<MediaInspection> => inspectMedia(new BytesSource(bytes), never);

/** What the three files hold in the view, by path, without the padding. */
async function texts(bytes: Buffer, words: readonly string[]): Promise<ReadonlyMap<string, string>> {
  const inspection = await inspect(bytes);
  const seen = await whole(viewOf(inspection, words), bytes);
  return new Map((await inspect(seen)).configurations.map(({ path, text }) => [path, text.replace(/\n+$/, '\n')]));
}

describe('the view of an ISO: what boot loaders read', () => {
  it('is one label in isolinux.cfg that starts by itself, with the vendor’s words and ours', async () => {
    const seen = await texts(
      vendorIso({ files: { '/boot/isolinux/isolinux.cfg': isolinuxCfg('no-repo-gpgcheck') } }).bytes,
      SAID,
    );
    expect(seen.get('/boot/isolinux/isolinux.cfg')).to.equal(
      [
        'SERIAL 0 115200',
        'DEFAULT install',
        'PROMPT 0',
        'NOESCAPE 1',
        'LABEL install',
        'KERNEL mboot.c32',
        'APPEND /boot/xen.gz dom0_max_vcpus=1-16 dom0_mem=max:8192M com1=115200,8n1 console=com1,vga --- /boot/vmlinuz no-repo-gpgcheck ' +
          `console=hvc0 console=tty0 answerfile=${ANSWER.url} network_device=00:16:3e:12:34:56 ${NETWORK} ` +
          'device_mapper_multipath=enabled atexit=poweroff install --- /install.img',
        '',
      ].join('\n'),
    );
  });

  it('is one entry in grub.cfg, chosen at once, and in quotes where GRUB would end a command', async () => {
    const seen = await texts(vendorIso().bytes, SAID);
    const outer = seen.get('/EFI/xenserver/grub.cfg')!;
    expect(outer).to.include(
      `    module2 /boot/vmlinuz console=hvc0 console=tty0 'answerfile=${ANSWER.url}' network_device=00:16:3e:12:34:56 '${NETWORK}' `.trim(),
    );
    expect(outer.match(/^menuentry/gm)).to.have.length(1);
    expect(outer).to.match(/\nset default=0\nset timeout=0\n$/);
    expect(outer).to.match(/^load_video$/m);
    expect(outer).not.to.include('search');
    expect(seen.get('efiboot.img:/EFI/xenserver/grub.cfg')).to.match(/^search --file --set \/install\.img$/m);
  });

  it('says atexit only where it is asked for, rt_answerfile where no dialog may be shown, and our console last', async () => {
    const seen = await texts(
      vendorIso().bytes,
      installerWords({ consoles: ['ttyS1,115200n8', 'hvc0'] }, { key: 'rt_answerfile', url: 'http://b/a' }),
    );
    for (const text of seen.values()) {
      expect(text).to.include('/boot/vmlinuz console=tty0 console=ttyS1,115200n8 console=hvc0 rt_answerfile=http://b/a install');
      expect(text).not.to.include('atexit');
    }
  });

  it('leaves out what an ISO that was worked on before says of answers', async () => {
    const vendor = 'answerfile=http://evil/a.xml answerfile_generator=http://evil/g atexit=shell network_device=all';
    const files = { '/boot/isolinux/isolinux.cfg': isolinuxCfg(vendor), '/EFI/xenserver/grub.cfg': grubCfg({ vendor }) };
    const seen = await texts(vendorIso({ files }).bytes, answersAt('http://b/a'));
    for (const text of seen.values()) expect(text).not.to.match(/evil|shell|network_device/);
  });

  it('takes the default entry by number, by name and by MENU DEFAULT, and else the first that starts Xen', async () => {
    const grub = (line: string): string => grubCfg().replace('set default="0"', line);
    for (const [line, name] of [
      ['set default=2', 'safe'],
      ["default='multipath'", 'multipath'],
      ['set default=99', 'install'],
      ['', 'install'],
    ] as const) {
      const { configurations } = await inspect(vendorIso({ files: { '/EFI/xenserver/grub.cfg': grub(line) } }).bytes);
      expect(configurations[1]!.entry, line).to.equal(name);
    }
    const local = 'menuentry "Local disk" {\n  exit\n}\n';
    const files = {
      '/EFI/xenserver/grub.cfg': grubCfg().replace('menuentry "install"', `${local}menuentry "install"`),
      '/boot/isolinux/isolinux.cfg': isolinuxCfg()
        .replace('DEFAULT install', 'UI menu.c32\nDEFAULT menu.c32')
        .replace('LABEL safe\n', 'LABEL safe\nMENU DEFAULT\n'),
    };
    const { configurations } = await inspect(vendorIso({ files }).bytes);
    expect(configurations.map(({ entry }) => entry).slice(0, 2)).to.deep.equal(['safe', 'install']);
  });

  it("reads XenServer 9's way to load Xen", async () => {
    const text = grubCfg()
      .replaceAll('multiboot2 /boot/xen.gz', 'xen_hypervisor /boot/xen.efi')
      .replaceAll('module2', 'xen_module');
    const seen = await texts(vendorIso({ files: { '/EFI/xenserver/grub.cfg': text } }).bytes, answersAt('http://b/a'));
    expect(seen.get('/EFI/xenserver/grub.cfg')).to.include(
      'xen_module /boot/vmlinuz console=hvc0 console=tty0 answerfile=http://b/a install',
    );
  });

  it('keeps flags before the file, quotes of the vendor, comments out, and lines as Windows ends them', async () => {
    const text = [
      'set default=0',
      '# menuentry "commented out" {',
      'menuentry \'Install "it" {now}\' --class xen { # here',
      '  multiboot2 /boot/xen.gz "dom0_mem=max: 8G" ${xen_args}',
      '  # module2 /boot/vmlinuz not this',
      '  module2 --nounzip /boot/vmlinuz "quoted=a b" console=tty0 # and not this',
      '  module2 /install.img',
      '}',
      'x'.repeat(20),
      '# '.padEnd(400, 'x'),
    ].join('\r\n');
    const seen = await texts(vendorIso({ files: { '/EFI/xenserver/grub.cfg': text } }).bytes, answersAt('http://b/a'));
    expect(seen.get('/EFI/xenserver/grub.cfg')!.split('\n')).to.deep.equal([
      'x'.repeat(20),
      'menuentry \'Install "it" {now}\' --class xen {',
      'multiboot2 /boot/xen.gz "dom0_mem=max: 8G" ${xen_args}',
      'module2 --nounzip /boot/vmlinuz "quoted=a b" console=tty0 answerfile=http://b/a install',
      'module2 /install.img',
      '}',
      'set default=0',
      'set timeout=0',
      '',
    ]);
  });
});

describe('the view of an ISO: its bytes', () => {
  it('differ from the ISO inside the replaced extents only, whatever is said', async () => {
    for (const fat of [{}, { fragmented: true }, { kind: 16, fragmented: true }] as const) {
      const { bytes } = vendorIso({ fat });
      const inspection = await inspect(bytes);
      await fc.assert(
        fc.asyncProperty(saidWords, async (said) => {
          const view = viewOf(inspection, said);
          const seen = await whole(view, bytes);
          expect(seen.length).to.equal(bytes.length);
          expect(view.replaced.map(({ offset, bytes: { length } }) => ({ offset, length }))).to.have.deep.members(
            inspection.configurations.flatMap(({ extents }) => extents),
          );
          for (const {
            offset,
            bytes: { length },
          } of view.replaced)
            bytes.copy(seen, offset, offset, offset + length);
          expect(seen.equals(bytes)).to.equal(true);
        }),
        { numRuns: 100 },
      );
    }
  });

  it('say each argument once in each configuration, as an installer splits its line, and nothing else is added', async () => {
    const { bytes } = vendorIso();
    const inspection = await inspect(bytes);
    await fc.assert(
      fc.asyncProperty(saidWords, async (said) => {
        const seen = await inspect(await whole(viewOf(inspection, said), bytes));
        for (const { text } of seen.configurations) {
          const line = /\/boot\/vmlinuz (.*?)(?: --- |\n)/.exec(text)![1]!;
          const words = line.split(' ').map((word) => word.replace(/^'(.*)'$/, '$1'));
          expect(words.filter((word) => !/^console=(hvc0|tty0)$/.test(word))).to.deep.equal(
            said.filter((word) => !/^console=(hvc0|tty0)$/.test(word)),
          );
          expect(words.at(-1)).to.equal('install');
        }
      }),
      { numRuns: 100 },
    );
  });

  it('are the same in any range as in the whole', async () => {
    const { bytes } = vendorIso({ fat: { fragmented: true } });
    const view = viewOf(await inspect(bytes), SAID);
    const seen = await whole(view, bytes);
    const edges = view.replaced.flatMap(({ offset, bytes: { length } }) => [
      offset - 1,
      offset,
      offset + 1,
      offset + length - 1,
      offset + length,
      offset + length + 1,
    ]);
    const place = fc.oneof(fc.constantFrom(...edges), fc.integer({ min: 0, max: bytes.length }));
    await fc.assert(
      fc.asyncProperty(place, place, async (one, other) => {
        const [start, end] = one < other ? [one, other] : [other, one];
        expect(
          (await viewSource(view, new BytesSource(bytes)).read(start, end - start, never)).equals(seen.subarray(start, end)),
        ).to.equal(true);
        const pieces = piecesOf(view, start, end - start);
        expect(pieces.reduce((sum, piece) => sum + (piece.from === 'View' ? piece.bytes.length : piece.length), 0)).to.equal(
          end - start,
        );
      }),
      { numRuns: 500 },
    );
  });

  it('are asked of the ISO only outside of what is replaced', async () => {
    const { bytes } = vendorIso();
    const view = viewOf(await inspect(bytes), SAID);
    const { offset, bytes: replaced } = view.replaced[0]!;
    const source = new BytesSource(bytes);
    await viewSource(view, source).read(offset, replaced.length, never);
    expect(source.total).to.equal(0);
  });

  it('end in newlines up to the old length', async () => {
    const { bytes } = vendorIso();
    const view = viewOf(await inspect(bytes), SAID);
    for (const { bytes: replaced } of view.replaced) expect(replaced.toString('latin1')).to.match(/\n\n+$/);
  });

  it('are not there outside of the ISO', async () => {
    const { bytes } = vendorIso();
    const view = viewOf(await inspect(bytes), SAID);
    for (const [offset, length] of [
      [-1, 1],
      [0, bytes.length + 1],
      [bytes.length, 1],
      [0.5, 1],
      [0, NaN],
    ] as const)
      expect(() => piecesOf(view, offset, length), `${offset} ${length}`).to.throw(RangeError);
    expect(piecesOf(view, bytes.length, 0)).to.deep.equal([]);
  });

  it('have a tag that changes with what is said and with the ISO, and not else', async () => {
    const inspection = await inspect(vendorIso().bytes);
    const tag = viewTag(viewOf(inspection, SAID), 'iso');
    expect(viewTag(viewOf(inspection, SAID), 'iso')).to.equal(tag);
    expect(viewTag(viewOf(inspection, SAID), 'other')).not.to.equal(tag);
    expect(
      viewTag(
        viewOf(
          inspection,
          SAID.filter((word) => word !== 'atexit=poweroff'),
        ),
        'iso',
      ),
    ).not.to.equal(tag);
  });
});

describe('the view of an ISO: what does not fit', () => {
  /** The whole file is one entry, so that nothing is won by leaving others out. */
  const tight = (room: number): string => {
    const least =
      'menuentry "install" {\nmultiboot2 /boot/xen.gz\nmodule2 /boot/vmlinuz install\nmodule2 /install.img\n}\nset default=0\nset timeout=0\n';
    return 'set default=0\nmenuentry "install" {\n  multiboot2 /boot/xen.gz\n  module2 /boot/vmlinuz\n  module2 /install.img\n}\n'.padEnd(
      least.length + room,
      '#',
    );
  };

  it('is refused with what is there, what is needed and what to do; the room that inspection tells is exact', async () => {
    const word = ' answerfile=http://b/a';
    const inspection = await inspect(vendorIso({ files: { '/EFI/xenserver/grub.cfg': tight(word.length) } }).bytes);
    const { room } = inspection.configurations[1]!;
    viewOf(inspection, answersAt(`http://b/${'a'.repeat(room - word.length + 1)}`));
    const tooLong = (): View => viewOf(inspection, answersAt(`http://b/${'a'.repeat(room - word.length + 2)}`));
    expect(tooLong)
      .to.throw(MediaError, /grub\.cfg: \d+ bytes are needed, and the vendor's file has \d+; give a shorter/)
      .with.property('kind', 'NoRoom');
  });

  it('is refused already when looking, where not even `install` fits', async () => {
    const text = 'menuentry "install" {\nmultiboot2 /boot/xen.gz\nmodule2 /boot/vmlinuz\nmodule2 /install.img\n}\n';
    const { bytes } = vendorIso({ files: { '/EFI/xenserver/grub.cfg': text }, iso: { bios: undefined } });
    let error: unknown;
    try {
      await inspect(bytes);
    } catch (caught) {
      error = caught;
    }
    expect(error).to.be.instanceOf(MediaError).with.property('kind', 'NoRoom');
  });

  it('is not the short menu of XenServer 9 with a whole set of arguments', async () => {
    const entry = (name: string, xen: string, kernel: string): string =>
      `menuentry "${name}" {\n    xen_hypervisor /boot/xen.efi ${xen}\n    xen_module /boot/vmlinuz ${kernel}\n    xen_module /install.img\n}\n`;
    const xen = 'dom0_max_vcpus=1-16 dom0_mem=max:8192M';
    const entries = [
      entry('install', `${xen} com1=115200,8n1 console=com1,vga`, 'console=hvc0 console=tty0'),
      entry('no-serial', `${xen} console=vga`, 'console=tty0'),
      'menuentry "memtest" {\n    linux /boot/memtest86+x64.efi\n}\n',
      entry('shell', `${xen} com1=115200,8n1 console=com1,vga`, 'console=hvc0 console=tty0 bash-shell'),
    ];
    const text = `set default="0"\nset timeout=5\n\n${entries.join('\n')}`;
    expect(text.length).to.be.lessThan(720);
    const inspection = await inspect(vendorIso({ files: { '/EFI/xenserver/grub.cfg': text } }).bytes);
    expect(inspection.configurations[1]!.room).to.be.greaterThan(430);
    viewOf(inspection, installerWords({ ...ARGUMENTS, consoles: ['ttyS1,115200n8', 'hvc0'] }, ANSWER));
  });

  it('is refused where Xen would cut the line off', async () => {
    const files = { '/boot/isolinux/isolinux.cfg': isolinuxCfg('x'.repeat(600)) };
    const inspection = await inspect(vendorIso({ files }).bytes);
    expect(() => viewOf(inspection, answersAt(`http://b/${'a'.repeat(450)}`))).to.throw(MediaError, /Xen cuts it off after 1023/);
  });

  it('keeps each made configuration with room for every argument at its longest', async () => {
    const inspection = await inspect(vendorIso().bytes);
    expect(INNER_GRUB.length).to.be.lessThan(1700);
    const longest = installerWords(ARGUMENTS, { ...ANSWER, url: `https://boot.example/${'a'.repeat(300)}` });
    expect(viewOf(inspection, longest).replaced).to.have.length(3);
  });
});
