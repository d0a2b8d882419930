// Leaving the old system is a step of the boot method: how the host comes to boot the installer.
import { compareVersions } from '../../plan/release';
import type { Host } from '../../plan/pool';
import type { HostStep } from '../decision';
import type { BootMethod, Orders } from '../orders';

export interface BootMethodModule {
  readonly name: BootMethod;
  /** From the drained host to the accepted order to go. */
  readonly leaving: HostStep;
}

export type MethodChoice =
  { readonly ok: true; readonly method: BootMethod } | { readonly ok: false; readonly reason: string; readonly message: string };

/**
 * `Auto`: VirtualMedia where the manifest names the host's BMC and that may have it, else Staged where the host has the plugin (from 6.0 on), else Manual; PXE only when named, with a
 * BMC or without. A target of 5.6 or earlier is always Manual: an unattended upgrade was not proven there.
 */
export function bootMethodOf(host: Pick<Host, 'name' | 'uuid' | 'version'>, target: string, orders: Orders): MethodChoice {
  const named = entryOf(orders, host);
  const wished = named?.bootMethod ?? orders.bootMethod;
  const unproven = compareVersions(target, '5.7') < 0;
  if (wished === 'Auto') return { ok: true, method: automatic(host, named?.bmc === true && named.ipmi !== true, unproven) };
  if (wished === 'Manual') return { ok: true, method: wished };
  if (unproven)
    return refused(
      'UnattendedNotProven',
      `boot.method ${wished}: an unattended upgrade to ${target} was not proven; use Manual or Auto`,
    );
  if (wished === 'Staged') return stagedOr(host);
  return byMachine(host, wished, named?.bmc === true);
}

/** By its BMC; over the network without one as well. */
function byMachine({ name }: Pick<Host, 'name'>, wished: 'VirtualMedia' | 'PXE', bmc: boolean): MethodChoice {
  return wished === 'PXE' || bmc
    ? { ok: true, method: wished }
    : refused(
        'BmcMissing',
        `boot.method ${wished}: spec.hosts names no bmc of host ${name}; name one, or use PXE, Staged, Manual or Auto`,
      );
}

/** Whether the manifest names the BMC of a host. */
export function namesBmc(orders: Orders, host: Pick<Host, 'name' | 'uuid'>): boolean {
  return entryOf(orders, host)?.bmc === true;
}

function entryOf({ hosts }: Orders, { name, uuid }: Pick<Host, 'name' | 'uuid'>): Orders['hosts'][number] | undefined {
  return hosts.find((entry) => entry.name === name || entry.name === uuid);
}

type Candidate = Pick<Host, 'name' | 'version'>;

/** @param media a BMC that may have virtual media is named */
function automatic(host: Candidate, media: boolean, unproven: boolean): BootMethod {
  if (unproven) return 'Manual';
  if (media) return 'VirtualMedia';
  return isPluginless(host) ? 'Manual' : 'Staged';
}

function stagedOr(host: Candidate): MethodChoice {
  if (!isPluginless(host)) return { ok: true, method: 'Staged' };
  const { version } = host.version.release;
  const why = `host ${host.name} runs ${version}, which has no staging plugin (6.0 and later); use Manual or Auto`;
  return refused('PluginMissing', `boot.method Staged: ${why}`);
}

function isPluginless({ version }: Candidate): boolean {
  return compareVersions(version.release.version, '6.0') < 0;
}

function refused(reason: string, message: string): MethodChoice {
  return { ok: false, reason, message };
}
