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
 * `Auto`: Staged where the host has the plugin (from 6.0 on), else Manual. A target of 5.6 or earlier is always Manual: an unattended upgrade was not
 * proven there.
 */
export function bootMethodOf(host: Pick<Host, 'name' | 'uuid' | 'version'>, target: string, orders: Orders): MethodChoice {
  const wished =
    orders.hosts.find((entry) => entry.name === host.name || entry.name === host.uuid)?.bootMethod ?? orders.bootMethod;
  const pluginless = compareVersions(host.version.release.version, '6.0') < 0;
  const unproven = compareVersions(target, '5.7') < 0;
  if (wished === 'Auto') return { ok: true, method: pluginless || unproven ? 'Manual' : 'Staged' };
  if (wished === 'Staged' && unproven) {
    return {
      ok: false,
      reason: 'UnattendedNotProven',
      message: `boot.method Staged: an unattended upgrade to ${target} was not proven; use Manual or Auto`,
    };
  }
  if (wished === 'Staged' && pluginless) {
    const version = host.version.release.version;
    return {
      ok: false,
      reason: 'PluginMissing',
      message: `boot.method Staged: host ${host.name} runs ${version}, which has no staging plugin (6.0 and later); use Manual or Auto`,
    };
  }
  return { ok: true, method: wished };
}
