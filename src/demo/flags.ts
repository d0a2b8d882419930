// What each process of a demo is told on its command line. Secrets are never among it: they lie in files of the demo's folder.
import { printRelease } from '../plan/release';
import type { Release } from '../simulator/world';
import { BMC_FAMILY, bootsByBmc, bootUrl } from './booting';
import type { DemoFolder, DemoSettings } from './folder';
import { NAMESPACE, SYSTEM_NAMESPACE } from './install';
import type { ServedApi, ServedPool } from './processes';

/** What the made pool runs: one documented hop below the newest release that anybody can install without a licence. */
export const DEMO_RELEASE: Release = { brand: 'XCP-ng', version: '8.2.1' };

type Flags = readonly string[];

/** A boot server, where there is one: what it and its clients must agree on. */
export interface BootPlace {
  readonly port: number;
  readonly keyFile: string;
}

export function kubernetesFlags(folder: DemoFolder): Flags {
  return ['--data', folder.inside('kubernetes'), '--secrets-in', NAMESPACE];
}

export function simulatorFlags(folder: DemoFolder, settings: DemoSettings, boot: BootPlace | undefined): Flags {
  const { hosts, vms, pace, faults, booting } = settings;
  return [
    ...['--data', folder.inside('pool'), '--hosts', String(hosts), '--vms', String(vms)],
    ...['--release', printRelease(DEMO_RELEASE), '--pace', String(pace), '--firmware', booting.firmware.toLowerCase()],
    ...(bootsByBmc(booting) ? ['--bmc', BMC_FAMILY] : []),
    ...(boot === undefined ? [] : ['--boot-server', bootUrl(boot.port)]),
    ...faults.flatMap((fault) => ['--fault', fault]),
  ];
}

export function bootServerFlags({ bootServerKubeconfig }: ServedApi, pool: ServedPool, { port, keyFile }: BootPlace): Flags {
  return [
    ...['--kubeconfig', bootServerKubeconfig, '--namespaces', NAMESPACE, '--key-file', keyFile],
    ...['--listen', `127.0.0.1:${port}`, '--http-address', '127.0.0.1:0', ...timeFlags(pool)],
  ];
}

export function controllerFlags({ operatorKubeconfig }: ServedApi, pool: ServedPool, boot: BootPlace | undefined): Flags {
  return [
    ...['--kubeconfig', operatorKubeconfig, '--namespaces', NAMESPACE, '--leader-election-namespace', SYSTEM_NAMESPACE],
    ...['--http-address', '127.0.0.1:0', ...timeFlags(pool)],
    ...(boot === undefined ? [] : ['--boot-key-file', boot.keyFile, '--boot-url', bootUrl(boot.port)]),
  ];
}

function timeFlags({ clock: { pace, from } }: ServedPool): Flags {
  return ['--pace', String(pace), '--pace-from', from];
}
