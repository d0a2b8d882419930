// Where a VM can run: storage, networks, CPU and memory of a host, in the order XAPI looks. Source: xapi `xapi_vm_helpers.ml`, `assert_can_boot_here`.
import type { World } from '../world';
import type { Agents } from './agents';
import { ApiError, refusalOf } from './apiError';
import type { Guests } from './guests';
import type { Hosts } from './hosts';
import type { DatabaseRecord, Ref } from './liveDatabase';
import type { Memory } from './memory';
import type { MixedMode } from './mixedMode';
import { flag, list, map, NULL_REF, refOf, text } from './recordFields';
import { isHvm, isPv } from './vmKinds';
import { compareDotted, sameVersion } from './versions';

/** Platform of XenServer 8 and XCP-ng 8.3. */
const NO_PV_SINCE = '3.4.0';

export class Placement {
  constructor(
    private readonly world: World,
    private readonly hosts: Hosts,
    private readonly agents: Agents,
    private readonly guests: Guests,
    private readonly memory: Memory,
    private readonly mixedMode: MixedMode,
  ) {}

  /** @throws ApiError with the first obstacle to running this VM there; `cpu` and `memory` leave those two out */
  assertCanRun(vm: Ref, host: Ref, looks: { readonly cpu: boolean; readonly memory: boolean }): void {
    const record = this.guests.record(vm);
    this.assertInService(host);
    if (looks.cpu) this.assertCpu(vm, record, host);
    this.assertStorage(vm, record, host);
    this.assertNetworks(vm, record, host);
    this.assertVirtualisation(vm, record, host);
    if (looks.memory) this.memory.assertFits(vm, host);
  }

  /** The API call of that name: in mixed mode it knows only hosts of the master's version. */
  assertCanBootHere(vm: Ref, host: Ref): void {
    const target = this.hosts.record(host);
    if (this.mixedMode.active && !sameVersion(target, this.hosts.record(this.hosts.masterRef()))) {
      throw new ApiError('VM_HOST_INCOMPATIBLE_VERSION', host, vm);
    }
    this.assertCanRun(vm, host, { cpu: true, memory: true });
  }

  /** @throws ApiError HOST_OFFLINE, CANNOT_CONTACT_HOST: the master cannot have work done there */
  assertReachable(host: Ref): void {
    this.hosts.assertLive(host);
    if (!this.agents.reaches(this.hosts.uuid(host))) throw new ApiError('CANNOT_CONTACT_HOST', host);
  }

  possibleHosts(vm: Ref): readonly Ref[] {
    return this.hosts
      .all()
      .map(({ ref }) => ref)
      .filter((ref) => refusalOf(() => this.assertCanRun(vm, ref, { cpu: true, memory: true })) === undefined);
  }

  /** The host XAPI picks for a start or resume: the VM's home if it can, else the one with most free memory. @throws ApiError when there is none */
  choose(vm: Ref): Ref {
    const candidates = this.hosts.all().filter(({ record }) => !this.mixedMode.active || this.mixedMode.isHighest(record));
    const judged = candidates.map(({ ref }) => ({ ref, obstacle: refusalOf(() => this.assertCanStart(vm, ref)) }));
    const able = judged.filter(({ obstacle }) => obstacle === undefined).map(({ ref }) => ref);
    const only = judged.length === 1 ? judged[0]!.obstacle : undefined;
    if (able.length === 0) throw only ?? new ApiError('NO_HOSTS_AVAILABLE');
    const home = refOf(this.guests.record(vm), 'affinity');
    if (able.includes(home)) return home;
    return able.reduce((best, ref) => (this.memory.free(ref) > this.memory.free(best) ? ref : best));
  }

  assertCanStart(vm: Ref, host: Ref): void {
    this.assertCanRun(vm, host, { cpu: true, memory: true });
    this.assertReachable(host);
  }

  /** The SRs a VM cannot run without: those of its disks, of a CD in its drive, of its suspend image. */
  requiredSrs(record: DatabaseRecord): readonly Ref[] {
    const vdis = list(record, 'VBDs').map((vbd) => this.insertedVdi(vbd));
    const srs = [...vdis, refOf(record, 'suspend_VDI')].map((vdi) => this.srOf(vdi));
    return [...new Set(srs.filter((sr) => sr !== NULL_REF))];
  }

  isAttached(sr: Ref, host: Ref): boolean {
    for (const pbd of this.world.database.records('PBD').values()) {
      if (refOf(pbd, 'SR') === sr && refOf(pbd, 'host') === host && flag(pbd, 'currently_attached')) return true;
    }
    return false;
  }

  private assertInService(host: Ref): void {
    if (!this.hosts.isLive(host)) throw new ApiError('HOST_NOT_LIVE');
    if (!flag(this.hosts.record(host), 'enabled')) throw new ApiError('HOST_DISABLED', host);
  }

  /** Only the vendor: levels of features within one vendor are masked pool-wide in these releases. */
  private assertCpu(vm: Ref, record: DatabaseRecord, host: Ref): void {
    const booted = text(record, 'power_state') === 'Halted' ? undefined : map(record, 'last_boot_CPU_flags')['vendor'];
    const here = map(this.hosts.record(host), 'cpu_info')['vendor'];
    if (booted === undefined || here === undefined || booted === here) return;
    throw new ApiError(
      'VM_INCOMPATIBLE_WITH_THIS_HOST',
      vm,
      host,
      `VM last booted on a CPU of ${booted}; this one is of ${here}`,
    );
  }

  private assertStorage(vm: Ref, record: DatabaseRecord, host: Ref): void {
    const missing = this.requiredSrs(record).find((sr) => !this.isAttached(sr, host));
    if (missing !== undefined) throw new ApiError('VM_REQUIRES_SR', vm, missing);
  }

  /** A network without any PIF is internal and exists wherever it is asked for. */
  private assertNetworks(vm: Ref, record: DatabaseRecord, host: Ref): void {
    const networks = list(record, 'VIFs').map((vif) => refOf(this.world.database.get('VIF', vif) ?? {}, 'network'));
    const missing = networks.find((network) => !this.hasNetwork(network, host));
    if (missing !== undefined) throw new ApiError('VM_REQUIRES_NETWORK', vm, missing);
  }

  private hasNetwork(network: Ref, host: Ref): boolean {
    const pifs = [...this.world.database.records('PIF').values()].filter((pif) => refOf(pif, 'network') === network);
    return pifs.length === 0 || pifs.some((pif) => refOf(pif, 'host') === host);
  }

  private assertVirtualisation(vm: Ref, record: DatabaseRecord, host: Ref): void {
    const capabilities = list(this.hosts.record(host), 'capabilities');
    const able = capabilities.length === 0 || capabilities.some((capability) => capability.startsWith('hvm'));
    if (isHvm(record) && !able) throw new ApiError('VM_HVM_REQUIRED', vm);
    // Its Xen is built without shadow paging for them (xenserver.md 1.6): the guest is let through by XAPI and fails below.
    const platform = map(this.hosts.record(host), 'software_version')['platform_version'] ?? '';
    if (isPv(record) && compareDotted(platform, NO_PV_SINCE) >= 0)
      throw new ApiError('INTERNAL_ERROR', 'xenopsd: the hypervisor has no shadow paging for paravirtual guests');
  }

  private insertedVdi(vbd: Ref): Ref {
    const record = this.world.database.get('VBD', vbd);
    return record === undefined || flag(record, 'empty') ? NULL_REF : refOf(record, 'VDI');
  }

  private srOf(vdi: Ref): Ref {
    const sr = refOf(this.world.database.get('VDI', vdi) ?? {}, 'SR');
    return this.world.database.get('SR', sr) === undefined ? NULL_REF : sr;
  }
}
