// What an installer is told: the words, and that nothing breaks out of them.
import { expect } from 'chai';
import fc from 'fast-check';
import { ArgumentsRefused } from '../../../src/boot/arguments/argumentsRefused';
import { type AnswerAt, type InstallerArguments, installerWords } from '../../../src/boot/arguments/installerArguments';
import { saidWords } from './saidArguments';

const ANSWER: AnswerAt = { key: 'answerfile', url: 'http://boot.example/a/1' };
const STATIC = { kind: 'static', ip: '10.0.0.2', netmask: '255.255.255.0' } as const;
const CARD = '00:16:3e:12:34:56';

const words = (said: InstallerArguments): readonly string[] => installerWords(said, ANSWER);
const refuses = (said: unknown, message: RegExp, url = ANSWER.url): void => {
  expect(() => installerWords(said as InstallerArguments, { ...ANSWER, url }), JSON.stringify(said)).to.throw(
    ArgumentsRefused,
    message,
  );
};

describe("an installer's arguments", () => {
  it('are as few as can be', () => {
    expect(words({})).to.deep.equal(['answerfile=http://boot.example/a/1', 'install']);
    expect(installerWords({}, { ...ANSWER, key: 'rt_answerfile' })[0]).to.equal('rt_answerfile=http://boot.example/a/1');
  });

  it('are written in a fixed order', () => {
    const networkConfig = { ...STATIC, gateway: '10.0.0.1', dns: ['9.9.9.9'], domain: 'rack7.example', vlan: 12 };
    const consoles = ['hvc0', 'ttyS0,115200n8'];
    expect(words({ atExit: 'poweroff', multipath: 'disabled', networkConfig, networkDevice: CARD, consoles })).to.deep.equal([
      'console=hvc0',
      'console=ttyS0,115200n8',
      'answerfile=http://boot.example/a/1',
      `network_device=${CARD}`,
      'network_config=static:ip=10.0.0.2;netmask=255.255.255.0;gateway=10.0.0.1;dns=9.9.9.9;domain=rack7.example;vlan=12',
      'device_mapper_multipath=disabled',
      'atexit=poweroff',
      'install',
    ]);
    expect(words({ networkConfig: { kind: 'dhcp', vlan: 4 } })).to.include('network_config=dhcp:vlan=4');
    expect(words({ networkConfig: { kind: 'dhcp' } })).to.include('network_config=dhcp');
  });

  it('are words of printable ASCII without quotes, backslashes or braces, whatever is said', () => {
    fc.assert(
      fc.property(saidWords, (all) => {
        for (const word of all) expect(word).to.match(/^[A-Za-z0-9._~:/?@&+,;=%[\]-]+$/);
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
        refuses({}, /answer file/, `http://b/${text}`);
        refuses({ networkDevice: text }, /networkDevice/);
        refuses({ multipath: text }, /multipath/);
        refuses({ consoles: [text] }, /consoles/);
        refuses({ atExit: text }, /atExit/);
        for (const key of ['ip', 'netmask', 'gateway', 'domain'] as const)
          refuses({ networkDevice: CARD, networkConfig: { ...STATIC, [key]: text } }, new RegExp(key));
        refuses({ networkDevice: CARD, networkConfig: { ...STATIC, dns: [text] } }, /dns/);
      }),
    );
  });

  it('take http and https alone, without login, fragment or host-less forms', () => {
    for (const url of [
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
      refuses({}, /answer file/, url);
  });

  it('never show a password that stands in a URL, nor what moves a cursor', () => {
    expect(() => installerWords({}, { ...ANSWER, url: 'http://root:s3cret@b/a' })).to.throw(/^(?!.*s3cret)/);
    expect(() => words({ consoles: ['\u001b[2J\u202e'] })).to.throw(/^\P{C}+$/u);
  });

  it('know what an address, a mask, a tag and a card are', () => {
    const on = (network: object): object => ({ networkDevice: CARD, networkConfig: { ...STATIC, ...network } });
    for (const bad of [
      { ip: '10.0.0.256' },
      { ip: '10.0.0' },
      { ip: 'fd00::1' },
      { ip: '10.0.0.5;x=1' },
      { netmask: '255.0.255.0' },
      { netmask: '0.0.0.0' },
      { domain: 'a;b' },
      { vlan: 0 },
      { vlan: 4095 },
      { vlan: 1.5 },
      { dns: ['1.1.1.1', '2.2.2.2', '3.3.3.3', '4.4.4.4'] },
    ])
      refuses(on(bad), /network/);
    refuses({ networkConfig: { kind: 'dhcp', vlan: 4095 } }, /vlan/);
    for (const networkDevice of ['00:16:3E:12:34:56', '00-16-3e-12-34-56', 'xenbr0', 'eth0', '52:54:00:12:34:5g', ''])
      refuses({ networkDevice }, /networkDevice/);
    refuses({ consoles: ['tty0', 'tty1', 'tty2', 'tty3', 'tty4'] }, /consoles/);
  });

  it('have one card where addresses are fixed', () => {
    refuses({ networkConfig: STATIC }, /asks DHCP all the same/);
  });
});
