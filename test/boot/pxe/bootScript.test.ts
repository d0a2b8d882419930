import { expect } from 'chai';
import fc from 'fast-check';
import { ArgumentsRefused } from '../../../src/boot/arguments/argumentsRefused';
import type { InstallerArguments } from '../../../src/boot/arguments/installerArguments';
import { kernelLine, type Told, xenLine } from '../../../src/boot/pxe/bootLine';
import { type BootOrder, fromDisk, grubConfig, ipxeScript, pxelinuxConfig } from '../../../src/boot/pxe/bootScript';
import { answerAt, saidArguments } from '../arguments/saidArguments';

const WANTED: InstallerArguments = {
  networkDevice: '52:54:00:12:34:56',
  networkConfig: {
    kind: 'static',
    ip: '10.0.0.5',
    netmask: '255.255.255.0',
    gateway: '10.0.0.1',
    dns: ['10.0.0.2', '10.0.0.3'],
    vlan: 7,
  },
  multipath: 'enabled',
  consoles: ['ttyS0,115200n8'],
  atExit: 'poweroff',
};
const at = (name: string): string => `http://boot.example:8080/boot/k1.abc/${name}`;
const ORDER: BootOrder = {
  files: {
    xen: at('xen'),
    xenGz: at('xen.gz'),
    vmlinuz: at('vmlinuz'),
    initrd: at('install.img'),
    image: at('installer.iso'),
  },
  answer: { key: 'answerfile', url: 'http://boot.example:8080/answer/k1.def' },
  arguments: WANTED,
  vendor: {
    xen: ['dom0_max_vcpus=1-16', 'dom0_mem=max:8192M', 'com1=115200,8n1'],
    kernel: ['console=hvc0', 'answerfile=http://evil/', 'no-repo-gpgcheck'],
  },
};
const LINE =
  'console=hvc0 no-repo-gpgcheck console=ttyS0,115200n8 answerfile=http://boot.example:8080/answer/k1.def network_device=52:54:00:12:34:56 network_config=static:ip=10.0.0.5;netmask=255.255.255.0;gateway=10.0.0.1;dns=10.0.0.2,10.0.0.3;vlan=7 device_mapper_multipath=enabled atexit=poweroff install';

const refused = (work: () => unknown): boolean => {
  try {
    work();
    return false;
  } catch (error) {
    if (error instanceof ArgumentsRefused) return true;
    throw error;
  }
};

describe('The lines of an installer that is started over the network', () => {
  it("are the vendor's words without what is ours to say, and then ours", () => {
    expect(kernelLine(ORDER).join(' ')).to.equal(LINE);
    expect(xenLine(ORDER)).to.deep.equal(ORDER.vendor.xen);
  });

  it('are refused when the medium says what a loader could read as more, when Xen would cut them off, and for bad arguments', () => {
    const bad: readonly Partial<Told>[] = [
      ...['a"b', "a'b", '${net0/mac}', 'a;b', 'a\nb', '---', 'a b', '||', '-'.repeat(300)].map((word) => ({
        vendor: { xen: [], kernel: [word] },
      })),
      { vendor: { xen: [], kernel: Array.from({ length: 20 }, (_, index) => `${index}${'x'.repeat(60)}`) } },
      { arguments: { networkDevice: 'eth0' } },
      { answer: { key: 'answerfile', url: "http://a/'" } },
    ];
    for (const more of bad)
      expect(
        refused(() => kernelLine({ ...ORDER, ...more })),
        JSON.stringify(more),
      ).to.equal(true);
    for (const word of ['dom0_mem=1G --- /x', '---', '${x}'])
      expect(
        refused(() => xenLine({ ...ORDER, vendor: { xen: [word], kernel: [] } })),
        word,
      ).to.equal(true);
  });

  it('hold nothing but words that every boot loader takes as they stand', () => {
    const text = fc.oneof(
      fc.string({ unit: 'binary', maxLength: 8 }),
      fc.constantFrom('a', 'hvc0', '${x}', '---', ' ', "'", '"', '\\', ';', '||'),
    );
    const words = fc.array(text, { maxLength: 2 });
    const told = fc.record({ vendor: fc.record({ xen: words, kernel: words }), arguments: saidArguments, answer: answerAt });
    let made = 0;
    fc.assert(
      fc.property(told, (wild) => {
        const order = { ...ORDER, ...wild };
        let all: readonly string[];
        try {
          all = [...xenLine(order), ...kernelLine(order)];
        } catch (error) {
          expect(error).to.be.instanceOf(ArgumentsRefused);
          return;
        }
        made++;
        for (const word of all) expect(word).to.match(/^[\w.,:;=@%+/~?&[\]-]+$/);
        expect(grubConfig(order).split('\n')).to.have.length(8);
        expect(pxelinuxConfig(order).split('\n')).to.have.length(7);
      }),
      { numRuns: 3000 },
    );
    expect(made).to.be.greaterThan(100);
  });
});

describe('A boot loader over the network', () => {
  it('is told by iPXE script, with Xen unpacked and the machine named behind the answer file', () => {
    const script = ipxeScript(ORDER);
    expect(script.split('\n').slice(0, 8)).to.deep.equal([
      '#!ipxe',
      'iseq ${platform} efi && goto image ||',
      `kernel ${at('xen')} dom0_max_vcpus=1-16 dom0_mem=max:8192M com1=115200,8n1 || goto failed`,
      `module ${at('vmlinuz')} ${LINE.replace('k1.def', 'k1.def/mac-${netX/mac:hexhyp}/uuid-${uuid}')} || goto failed`,
      `module ${at('install.img')} || goto failed`,
      'boot || goto failed',
      ':image',
      `sanboot ${at('installer.iso')} || goto failed`,
    ]);
    const without = ipxeScript({ ...ORDER, files: { ...ORDER.files, image: undefined } });
    expect(without).to.include('efi && goto failed ||').and.not.include('sanboot');
  });

  it("is told in GRUB's language, each word quoted", () => {
    const lines = grubConfig(ORDER).split('\n');
    expect(lines[3]).to.equal(
      "  multiboot2 (http,boot.example:8080)/boot/k1.abc/xen.gz 'dom0_max_vcpus=1-16' 'dom0_mem=max:8192M' 'com1=115200,8n1'",
    );
    expect(lines[4]).to.equal(
      `  module2 (http,boot.example:8080)/boot/k1.abc/vmlinuz ${LINE.split(' ')
        .map((word) => `'${word}'`)
        .join(' ')}`,
    );
  });

  it("is told in pxelinux's language, parted by three dashes", () => {
    expect(pxelinuxConfig(ORDER)).to.contain(
      `  APPEND ${at('xen.gz')} dom0_max_vcpus=1-16 dom0_mem=max:8192M com1=115200,8n1 --- ${at('vmlinuz')} ${LINE} --- ${at('install.img')}\n`,
    );
  });

  it('is told nothing when a URL could be read as more, or GRUB cannot fetch it', () => {
    for (const xen of ['http://a/ b', 'http://a/${x}', "http://a/'", 'tftp://a/x'])
      for (const render of [ipxeScript, grubConfig, pxelinuxConfig])
        expect(
          refused(() => render({ ...ORDER, files: { ...ORDER.files, xen } })),
          xen,
        ).to.equal(true);
    const files = { ...ORDER.files, xenGz: ORDER.files.xenGz.replace('http:', 'https:') };
    expect(refused(() => grubConfig({ ...ORDER, files }))).to.equal(true);
  });

  it('is told why it boots its disk, in words that none of the three reads as more', () => {
    const why = 'xenpool does not start the installer: ${x} || shell; `a` "b" \'c\' $(d) #e {f}\nboot.';
    for (const loader of ['ipxe', 'grub', 'pxelinux'] as const) {
      expect(fromDisk(loader)).to.match(/xenpool has nothing for this machine\. It boots on\./);
      const said = fromDisk(loader, why)
        .split('\n')
        .find((line) => /shell/.test(line))!;
      expect(said).to.match(
        /^(SAY|echo) "?xenpool does not start the installer: x shell a b c \(d\) e f boot\. It boots on\."?$/,
      );
    }
  });

  it('is told no line that pxelinux would cut off', () => {
    const long = `http://boot.example/${'a'.repeat(490)}`;
    const files = { xen: long, xenGz: long, vmlinuz: long, initrd: long };
    const vendor = { xen: ['x'.repeat(200), 'y'.repeat(200)], kernel: ['z'.repeat(200)] };
    expect(refused(() => pxelinuxConfig({ ...ORDER, files, vendor }))).to.equal(true);
  });
});
