// What one upgrade costs on the wire: requests and bytes per host, for an old pool (XML over TLS 1.0, no event.from) and a new one (JSON over
// TLS 1.2), over real sockets, with the pool's time sped up. The figures depend on how long an upgrade takes in the pool's time, which is printed too.
//
// node -r ts-node/register bench/upgrade.ts
import { makePool, toDatabase } from '../src/simulator/dump';
import type { Release } from '../src/simulator/world';
import { prepare, type Prepared } from '../src/rehearsal/prepare';
import { runOverTheWire } from '../test/e2e/wireRun';
import { printDatabase } from '../src/xenapi/database/printDatabase';

interface Course {
  readonly hosts: number;
  readonly vms: number;
  readonly from: Release;
  readonly to: Release;
}

const XenServer = (version: string): Release => ({ brand: 'XenServer', version });
const XcpNg = (version: string): Release => ({ brand: 'XCP-ng', version });
const PACE = 300;

const courses: readonly Course[] = [
  { hosts: 2, vms: 12, from: XenServer('5.5.0'), to: XenServer('5.6.100') },
  { hosts: 2, vms: 12, from: XcpNg('8.2.1'), to: XcpNg('8.3.0') },
  { hosts: 8, vms: 48, from: XcpNg('8.2.1'), to: XcpNg('8.3.0') },
];

function prepared({ hosts, vms, from, to }: Course): Prepared {
  const made = prepare({
    database: printDatabase(toDatabase(makePool({ hosts, vms, release: from }))),
    source: 'a made pool',
    manifest: undefined,
    target: `${to.brand} ${to.version}`,
    hosts: undefined,
    seed: 1,
    faults: [],
    operator: true,
  });
  if ('outcome' in made) throw new Error(`${made.reason}: ${made.message}`);
  return made;
}

async function main(): Promise<void> {
  console.log('pool                                 outcome    pool time  requests/host  KB sent/host  KB received/host');
  for (const course of courses) {
    const minVersion = course.from.version.startsWith('5') ? ('TLSv1' as const) : ('TLSv1.2' as const);
    const tls = { caBundleRef: { name: 'pool-ca', key: 'ca.crt' }, minVersion };
    const { report, traffic } = await runOverTheWire(prepared(course), { pace: PACE, tls: () => tls }, 540_000);
    const each = (total: number): string => (total / course.hosts).toFixed(0);
    const name = `${course.hosts} hosts, ${course.vms} VMs, ${course.from.brand} ${course.from.version}`;
    console.log(
      name.padEnd(36),
      report.outcome.padEnd(10),
      `${Math.round(report.virtualSeconds / 60)} min`.padStart(9),
      each(traffic.requests).padStart(14),
      each(traffic.sentBytes / 1024).padStart(13),
      each(traffic.receivedBytes / 1024).padStart(17),
    );
  }
}

void main();
