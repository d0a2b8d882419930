import { expect } from 'chai';
import fc from 'fast-check';
import { ArgumentsRefused, type InstallerArguments, kernelWords, xenWords } from '../../../src/boot/pxe/arguments';
import { type BootOrder, grubConfig, ipxeScript, pxelinuxConfig } from '../../../src/boot/pxe/bootScript';

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
  consoles: ['hvc0', 'ttyS0,115200n8'],
  atExit: 'poweroff',
  xen: ['dom0_max_vcpus=1-16', 'dom0_mem=max:8192M', 'com1=115200,8n1'],
  extra: ['no-repo-gpgcheck'],
};
const at = (name: string): string => `http://boot.example:8080/boot/k1.abc/${name}`;
const ORDER: BootOrder = {
  files: { xen: at('xen'), xenGz: at('xen.gz'), vmlinuz: at('vmlinuz'), initrd: at('install.img') },
  answer: { key: 'answerfile', url: 'http://boot.example:8080/answer/k1.def' },
  arguments: WANTED,
};
const LINE =
  'console=hvc0 console=ttyS0,115200n8 no-repo-gpgcheck install answerfile=http://boot.example:8080/answer/k1.def network_device=52:54:00:12:34:56 network_config=static:ip=10.0.0.5;netmask=255.255.255.0;gateway=10.0.0.1;dns=10.0.0.2,10.0.0.3;vlan=7 device_mapper_multipath=enabled atexit=poweroff';

const refused = (work: () => unknown): boolean => {
  try {
    work();
    return false;
  } catch (error) {
    if (error instanceof ArgumentsRefused) return true;
    throw error;
  }
};

describe("The installer's arguments", () => {
  it('become the words of its command line', () => {
    expect(kernelWords(WANTED, ORDER.answer).join(' ')).to.equal(LINE);
    expect(kernelWords({ consoles: [], xen: [], extra: [] }, { key: 'rt_answerfile', url: 'http://a/b' })).to.deep.equal([
      'install',
      'rt_answerfile=http://a/b',
    ]);
    expect(kernelWords({ consoles: [], xen: [], extra: [], networkConfig: { kind: 'dhcp', vlan: 12 } }, ORDER.answer)).to.include(
      'network_config=dhcp:vlan=12',
    );
  });

  it('are refused when they are none', () => {
    const bad: readonly Partial<InstallerArguments>[] = [
      { networkDevice: 'eth0' },
      { networkDevice: '52:54:00:12:34:5G' },
      { consoles: ['tty0 install'] },
      { extra: ['a"b'] },
      { extra: ["a'b"] },
      { extra: ['${net0/mac}'] },
      { extra: ['a;b'] },
      { extra: ['a\nb'] },
      { extra: ['---'.repeat(100)] },
      { extra: ['answerfile=http://evil/'] },
      { extra: ['rt_answerfile=http://evil/'] },
      { extra: ['install'] },
      { extra: ['atexit=shell'] },
      { networkConfig: { kind: 'dhcp', vlan: 4095 } },
      { networkConfig: { kind: 'static', ip: '10.0.0.256', netmask: '255.255.255.0', dns: [] } },
      { networkConfig: { kind: 'static', ip: '10.0.0.5;x=1', netmask: '255.255.255.0', dns: [] } },
      { networkConfig: { kind: 'static', ip: '10.0.0.5', netmask: '255.255.255.0', dns: [], domain: 'a;b' } },
      { extra: Array.from({ length: 20 }, () => 'x'.repeat(60)) },
    ];
    for (const more of bad)
      expect(
        refused(() => kernelWords({ ...WANTED, ...more }, ORDER.answer)),
        JSON.stringify(more),
      ).to.equal(true);
    expect(refused(() => xenWords({ ...WANTED, xen: ['dom0_mem=1G --- /x'] }))).to.equal(true);
    for (const url of ['', 'ftp://a/', 'http://a/ b', 'http://a/${x}', "http://a/'", 'http://a/;b', 'http://a/#b'])
      expect(
        refused(() => kernelWords(WANTED, { ...ORDER.answer, url })),
        url,
      ).to.equal(true);
  });

  it('hold nothing but words that every boot loader takes as they stand', () => {
    const text = fc.oneof(
      fc.string({ unit: 'binary', maxLength: 8 }),
      fc.constantFrom('a', 'hvc0', '${x}', '---', ' ', "'", '"', '\\', ';', '||'),
    );
    const words = fc.array(text, { maxLength: 3 });
    const wild = fc.record({ consoles: words, xen: words, extra: words });
    fc.assert(
      fc.property(wild, text, (wanted, tail) => {
        const order = { ...ORDER, arguments: wanted, answer: { ...ORDER.answer, url: `http://a/${tail}` } };
        let made: readonly string[];
        try {
          made = [...xenWords(wanted), ...kernelWords(wanted, order.answer)];
        } catch (error) {
          expect(error).to.be.instanceOf(ArgumentsRefused);
          return;
        }
        for (const word of made) expect(word).to.match(/^[\w.,:=@%+/~?&[\]-]+$/);
        expect(grubConfig(order).split('\n')).to.have.length(8);
        expect(pxelinuxConfig(order).split('\n')).to.have.length(7);
      }),
      { numRuns: 3000 },
    );
  });
});

describe('A boot loader over the network', () => {
  it('is told by iPXE script, with Xen unpacked and the machine named behind the answer file', () => {
    const script = ipxeScript(ORDER);
    expect(script.split('\n').slice(0, 5)).to.deep.equal([
      '#!ipxe',
      `kernel ${at('xen')} dom0_max_vcpus=1-16 dom0_mem=max:8192M com1=115200,8n1 || goto failed`,
      `module ${at('vmlinuz')} ${LINE.replace('k1.def', 'k1.def/mac-${netX/mac:hexhyp}/uuid-${uuid}')} || goto failed`,
      `module ${at('install.img')} || goto failed`,
      'boot || goto failed',
    ]);
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
});
