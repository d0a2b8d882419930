// What the simulations of boot methods have in common: a pool of two hosts and four VMs whose machines have BMCs, and a fault that has to strike.
import { expect } from 'chai';
import type { Run, RunOptions } from '../../src/rehearsal/run';
import { vendorIso } from '../../src/simulator/media/vendorIso';
import type { Release } from '../../src/simulator/world';
import { type Case, simulate, type Spec, tellRun, XCP } from './rig';

export const FROM = XCP('8.2.1');
export const TO = XCP('8.3.0');
export const SMALL = { hosts: 2, vms: 4, release: FROM } as const;
/** Names of its hosts, the master's first. */
export const HOSTS = ['xs-01', 'xs-02'] as const;

const LOGIN = { credentialsRef: { name: 'bmc-root' }, tls: { insecureSkipVerify: true } } as const;

/** A host with its BMC, and whatever else the manifest says of it. */
export function withBmc(name: string, more: Spec = {}): Spec {
  return { name, bmc: { address: `redfish+https://bmc-of-${name}.invalid`, ...LOGIN }, ...more };
}

/** A release as the vendor's image alone, without a repository of its own. */
export function imageOf({ brand, version }: Release): Spec {
  const url = `https://mirror.invalid/${brand}-${version}.iso`;
  return { brand, version, iso: { url, sha256: vendorIso({ brand, version }).sha256 } };
}

/** Manifests that install from the image. */
export function fromImage(method: string, more: Spec = {}): Spec {
  return { releases: [imageOf(TO)], boot: { method, firmware: 'BIOS' }, vms: { forceShutdownAfter: '10m' }, ...more };
}

/** The run of a case on the small pool. A fault that never struck has tested nothing. */
export async function boot(given: Case, options: RunOptions = {}): Promise<Run> {
  const run = await simulate({ pool: SMALL, target: TO, ...given }, options);
  expect(idle(run), tellRun(run)).to.deep.equal([]);
  return run;
}

function idle({ report }: Run): readonly string[] {
  return report.warnings.filter((warning) => warning.includes('never struck'));
}

export function attemptsOf({ report }: Run): readonly number[] {
  return report.hosts.map(({ attempts }) => attempts);
}

/** What the timeline tells of a host that matches, in order. */
export function toldOf({ report }: Run, host: string, pattern: RegExp): readonly string[] {
  return report.timeline.filter((entry) => entry.host === host && pattern.test(entry.event)).map(({ event }) => event);
}

/** What the timeline tells of guests that were moved or stopped, and of orders to BMCs. */
export function disturbances({ report }: Run): readonly string[] {
  return report.timeline.map(({ event }) => event).filter((event) => /suspended|stopped|migrates|its BMC/.test(event));
}

/** What is left at the BMCs when all is over: images in drives, and boots that are overridden. */
export function leftAtBmcs({ stage }: Run): readonly string[] {
  return stage.reader.hosts().flatMap(({ uuid, name }) => {
    const bmc = stage.world.bmc(uuid);
    return [
      ...(bmc?.inserted ?? []).map(() => `an image at ${name}`),
      ...(bmc?.armed === undefined ? [] : [`${bmc.armed} at ${name}`]),
    ];
  });
}
