// What an installer is told: the words, and that nothing breaks out of them.
import { expect } from 'chai';
import fc from 'fast-check';
import { installerWords, type InstallerArguments } from '../../../src/boot/media/installerArguments';
import { MediaError } from '../../../src/boot/media/mediaError';
import { saidArguments } from './made/saidArguments';

const PLAIN: InstallerArguments = { answerFile: 'http://boot.example/a/1' };
const STATIC = { mode: 'Static', ip: '10.0.0.2', netmask: '255.255.255.0' } as const;

const refuses = (said: unknown, message: RegExp): void => {
  expect(() => installerWords(said as InstallerArguments), JSON.stringify(said))
    .to.throw(MediaError, message)
    .with.property('kind', 'BadArgument');
};

describe("an installer's arguments", () => {
  it('are as few as can be', () => {
    expect(installerWords(PLAIN)).to.deep.equal(['answerfile=http://boot.example/a/1', 'install']);
  });

  it('are written in a fixed order', () => {
    const network = { ...STATIC, gateway: '10.0.0.1', dns: ['9.9.9.9'], domain: 'rack7.example', vlan: 12 };
    expect(
      installerWords({
        powerOffAtEnd: true,
        multipath: 'disabled',
        network,
        device: 'eth0',
        consoles: ['hvc0', 'ttyS0,115200n8'],
        ...PLAIN,
      }),
    ).to.deep.equal([
      'console=hvc0',
      'console=ttyS0,115200n8',
      'answerfile=http://boot.example/a/1',
      'network_device=eth0',
      'network_config=static:ip=10.0.0.2;netmask=255.255.255.0;gateway=10.0.0.1;dns=9.9.9.9;domain=rack7.example;vlan=12',
      'device_mapper_multipath=disabled',
      'atexit=poweroff',
      'install',
    ]);
    expect(installerWords({ ...PLAIN, network: { mode: 'Dhcp', vlan: 4 } })).to.include('network_config=dhcp:vlan=4');
    expect(installerWords({ ...PLAIN, network: { mode: 'Dhcp' } })).to.include('network_config=dhcp');
  });

  it('are words of printable ASCII without quotes, backslashes or braces, whatever is said', () => {
    fc.assert(
      fc.property(saidArguments, (said) => {
        for (const word of installerWords(said)) expect(word).to.match(/^[A-Za-z0-9._~:/?@&+,;=%[\]-]+$/);
      }),
    );
  });

  it('are refused where any text breaks out of its word, wherever it stands', () => {
    const breaking = fc
      .tuple(
        fc.string(),
        fc.constantFrom(' ', '\n', '\r', '\t', '\0', '"', "'", '\\', '`', '$', '{', '}', '#', '<', '|', '\u00a0', '\u202e', 'ä'),
        fc.string(),
      )
      .map((parts) => parts.join(''));
    fc.assert(
      fc.property(breaking, (text) => {
        refuses({ answerFile: `http://b/${text}` }, /answerFile/);
        refuses({ ...PLAIN, device: text }, /device/);
        refuses({ ...PLAIN, multipath: text }, /multipath/);
        refuses({ ...PLAIN, consoles: [text] }, /consoles/);
        for (const key of ['ip', 'netmask', 'gateway', 'domain'] as const)
          refuses({ ...PLAIN, device: 'eth0', network: { ...STATIC, [key]: text } }, new RegExp(key));
        refuses({ ...PLAIN, device: 'eth0', network: { ...STATIC, dns: [text] } }, /dns/);
      }),
    );
  });

  it('take http and https alone, without login, fragment or host-less forms', () => {
    for (const answerFile of [
      'ftp://b/a',
      'file:///answerfile',
      'nfs://b/a',
      'http:///a',
      'http:b',
      'http://u:p@b/a',
      'http://b/a#x',
      'http://',
      'http://b:99999/',
      `http://b/${'a'.repeat(510)}`,
      '',
    ])
      refuses({ answerFile }, /answerFile/);
  });

  it('never show a password that stands in a URL', () => {
    expect(() => installerWords({ answerFile: 'http://root:s3cret@b/a' })).to.throw(/^(?!.*s3cret)/);
  });

  it('know what an address, a mask, a tag and a card are', () => {
    const on = (network: object): object => ({ ...PLAIN, device: 'eth0', network: { ...STATIC, ...network } });
    for (const bad of [
      { ip: '10.0.0.256' },
      { ip: '10.0.0' },
      { ip: 'fd00::1' },
      { netmask: '255.0.255.0' },
      { netmask: '0.0.0.0' },
      { vlan: 0 },
      { vlan: 4095 },
      { vlan: 1.5 },
      { dns: ['1.1.1.1', '2.2.2.2', '3.3.3.3', '4.4.4.4'] },
    ])
      refuses(on(bad), /network/);
    for (const device of ['00:16:3E:12:34:56', '00-16-3e-12-34-56', 'xenbr0', '']) refuses({ ...PLAIN, device }, /device/);
    refuses({ ...PLAIN, consoles: ['tty0', 'tty1', 'tty2', 'tty3', 'tty4'] }, /consoles/);
  });

  it('have one card where addresses are fixed', () => {
    refuses({ ...PLAIN, network: STATIC }, /asks DHCP all the same/);
    refuses({ ...PLAIN, network: STATIC, device: 'all' }, /asks DHCP all the same/);
  });
});
