// What docs/pxe.md tells sites to write, before the DHCP servers that will read it.
import { expect } from 'chai';
import { execFileSync } from 'node:child_process';
import { mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import os from 'node:os';
import path from 'node:path';

const PAGE = readFileSync(path.resolve(__dirname, '..', '..', '..', 'docs', 'pxe.md'), 'utf8');
const SUBNET = 'subnet 10.0.0.0 netmask 255.255.255.0 { range 10.0.0.100 10.0.0.200; }';

describe('the DHCP settings of docs/pxe.md', () => {
  let folder: string;
  beforeEach(() => {
    folder = mkdtempSync(path.join(os.tmpdir(), 'xenpool-dhcp-'));
  });
  afterEach(() => rmSync(folder, { recursive: true }));

  const snippet = (language: string): string => new RegExp(`\`\`\`${language}\n([^]*?)\`\`\``).exec(PAGE)![1]!;
  const file = (name: string, text: string): string => {
    const at = path.join(folder, name);
    writeFileSync(at, text);
    return at;
  };
  /** What the program says. @throws with it when it ends with anything but 0 */
  const check = (command: string, ...args: readonly string[]): string =>
    execFileSync(command, args, { encoding: 'utf8', stdio: ['ignore', 'pipe', 'pipe'], timeout: 60_000 });

  for (const [name, language, run] of [
    ['dhcpd', 'dhcpd', (text: string) => check('/usr/sbin/dhcpd', '-t', '-cf', file('dhcpd.conf', `${text}\n${SUBNET}\n`))],
    [
      'Kea',
      'kea',
      (text: string) => {
        const rest = '"subnet4": [{ "id": 1, "subnet": "10.0.0.0/24", "pools": [{ "pool": "10.0.0.100-10.0.0.200" }] }]';
        const memory = '"lease-database": { "type": "memfile", "persist": false }, "interfaces-config": { "interfaces": [] }';
        return check('/usr/sbin/kea-dhcp4', '-t', file('kea.json', `{ "Dhcp4": { ${memory}, ${rest}, ${text} } }`));
      },
    ],
    [
      'dnsmasq',
      'dnsmasq',
      (text: string) =>
        check('/usr/sbin/dnsmasq', '--test', '-C', file('dnsmasq.conf', `dhcp-range=10.0.0.100,10.0.0.200\n${text}`)),
    ],
  ] as const)
    it(`are understood by ${name}, which refuses what it does not understand`, () => {
      const text = snippet(language);
      expect(text).to.include('/pxe/boot.ipxe').and.include('lpxelinux.0').and.include('grubx64.efi');
      run(text);
      const broken = text.replace(/architecture = 0|hex == 0x0000|option:client-arch,0/, '=');
      expect(broken).not.to.equal(text);
      expect(() => run(broken)).to.throw();
    });
});
