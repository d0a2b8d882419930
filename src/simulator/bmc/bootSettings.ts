// The boot override of a simulated BMC: where it stands, what may be written to it and how, and that what is set for once is gone after one boot.
import type { BmcResponse } from '../../bmc/transport';
import { DONE, type Json } from './answers';
import type { Asker, BootChoice } from './chassis';
import { type BmcParts, complain, isJson, managerPath, systemPath } from './parts';

const TARGET = 'BootSourceOverrideTarget';
const ENABLED = 'BootSourceOverrideEnabled';
const MODE = 'BootSourceOverrideMode';
const PROPERTIES: readonly string[] = [TARGET, ENABLED, MODE];
const ENABLED_VALUES: readonly unknown[] = ['Disabled', 'Once', 'Continuous'];
const MODES: readonly unknown[] = ['Legacy', 'UEFI'];
const DEVICES: Readonly<Record<string, BootChoice['device']>> = { Cd: 'Cd', UsbCd: 'Cd', Pxe: 'Pxe', Hdd: 'Hdd' };
const ONCE = 'ServerBoot.1.BootOnce';
const DEVICE = 'ServerBoot.1.FirstBootDevice';

export class BootSettings {
  private override: { readonly target: string; readonly enabled: string; readonly mode: string };
  /** Who wrote last. */
  private by: Asker | undefined;
  /** What is read until the written value shows. */
  private stale: { readonly until: number; readonly shown: { target: string; enabled: string; mode: string } } | undefined;
  private readonly attributes = new Map<string, unknown>([
    [ONCE, 'Disabled'],
    [DEVICE, 'Normal'],
    ['SNMP.1.AgentCommunity', 'public'],
  ]);

  constructor(private readonly parts: BmcParts) {
    this.override = { target: 'None', enabled: 'Disabled', mode: parts.chassis.mode ?? 'UEFI' };
  }

  /** `Boot` of the system. */
  get ofSystem(): Json {
    const { place } = this.parts.profile.boot;
    const order = { BootOrder: ['Boot0000', 'Boot0001'] };
    return place === 'settings' ? order : { ...order, ...this.properties };
  }

  get settingsPath(): string | undefined {
    const { profile } = this.parts;
    return profile.boot.place === 'system' ? undefined : `${systemPath(profile)}/Settings`;
  }

  get settings(): Json | undefined {
    const path = this.settingsPath;
    if (path === undefined) return undefined;
    const boot = this.parts.profile.boot.place === 'settings' ? this.properties : { BootOrder: ['Boot0000', 'Boot0001'] };
    return { '@odata.id': path, Id: 'Settings', Name: 'Settings', Boot: boot };
  }

  get attributesPath(): string | undefined {
    const { profile } = this.parts;
    return profile.boot.attributes ? `${managerPath(profile)}/Attributes` : undefined;
  }

  get managerAttributes(): Json | undefined {
    const path = this.attributesPath;
    return path === undefined ? undefined : { '@odata.id': path, Attributes: Object.fromEntries(this.attributes) };
  }

  /** What the next boot is to take; undefined: nothing. */
  get armed(): string | undefined {
    const { target, enabled } = this.override;
    if (this.attributes.get(ONCE) === 'Enabled') return `${String(this.attributes.get(DEVICE))} once`;
    return enabled === 'Disabled' ? undefined : `${target} ${enabled}`;
  }

  /** PATCH of the system, or of its settings. @param by who asks */
  write(body: Json, at: 'system' | 'settings', by: Asker): BmcResponse {
    const boot = body['Boot'];
    const strange = Object.keys(body).find((name) => name !== 'Boot');
    if (strange !== undefined || !isJson(boot))
      return complain(this.parts, {
        status: 400,
        id: 'PropertyUnknown',
        text: 'Only Boot can be written.',
        about: [strange ?? 'Boot'],
      });
    return this.objection(boot, at) ?? this.take(boot, by);
  }

  /** @param by who asks */
  writeAttributes(body: Json, by: Asker): BmcResponse {
    const values = body['Attributes'];
    if (!isJson(values))
      return complain(this.parts, { status: 400, id: 'PropertyMissing', text: 'Attributes is missing.', about: ['Attributes'] });
    for (const [name, value] of Object.entries(values)) this.attributes.set(name, value);
    this.by = by;
    this.parts.note('attributes', JSON.stringify(values), by);
    return DONE;
  }

  /** The machine boots: what was set for once is taken. @param marked whether the virtual CD's slot is to be booted once */
  consume(marked: boolean): Omit<BootChoice, 'image'> {
    const { target, enabled, mode } = this.override;
    const virtualCd = this.takeAttributes() || marked;
    const once = enabled === 'Once';
    if (once) this.override = { ...this.override, target: 'None', enabled: 'Disabled' };
    if (once) this.stale = undefined;
    if (once || virtualCd) this.parts.note('consumed', virtualCd ? 'the virtual CD' : target);
    const device = virtualCd ? 'Cd' : this.deviceOf(target, enabled);
    const forgotten = device !== undefined && this.parts.strike('override-forgotten') !== undefined;
    return { device: forgotten ? undefined : device, mode: this.modeTaken(mode), by: this.by };
  }

  /** Where the mode cannot be set, or is not shown, it is the machine's own. */
  private modeTaken(mode: string): BootChoice['mode'] {
    return this.parts.profile.boot.mode === 'settable' ? (mode as BootChoice['mode']) : undefined;
  }

  /** Whether they name the virtual CD, once. */
  private takeAttributes(): boolean {
    const named = this.attributes.get(ONCE) === 'Enabled' && this.attributes.get(DEVICE) === 'VCD-DVD';
    if (named) this.attributes.set(ONCE, 'Disabled').set(DEVICE, 'Normal');
    return named;
  }

  private deviceOf(target: string, enabled: string): BootChoice['device'] {
    const nothing = enabled === 'Disabled' || (target === 'Cd' && this.parts.profile.boot.physicalCd);
    return nothing ? undefined : DEVICES[target];
  }

  private get properties(): Json {
    const { boot } = this.parts.profile;
    const waiting = this.stale !== undefined && this.parts.clock.monotonic() < this.stale.until;
    const { target, enabled, mode } = waiting ? this.stale!.shown : this.override;
    return {
      [TARGET]: target,
      [ENABLED]: enabled,
      [`${TARGET}@Redfish.AllowableValues`]: boot.targets,
      ...(boot.mode === 'none' ? {} : { [MODE]: mode }),
    };
  }

  private objection(boot: Json, at: 'system' | 'settings'): BmcResponse | undefined {
    const { profile, chassis } = this.parts;
    const { boot: rules } = profile;
    if (chassis.inPost()) {
      const struck = this.parts.strike('post-refuses') !== undefined;
      const id = rules.duringPost ?? (struck ? 'UnableToModifyDuringSystemPOST' : undefined);
      if (id !== undefined) return this.refuse(id, 'Boot');
    }
    const names = Object.keys(boot);
    if ((rules.place === 'settings') !== (at === 'settings')) return this.refuse('PropertyNotWritable', names[0] ?? 'Boot');
    return this.wrongName(boot, names) ?? this.wrongValue(boot);
  }

  private wrongName(boot: Json, names: readonly string[]): BmcResponse | undefined {
    const { boot: rules } = this.parts.profile;
    const unknown = names.find((name) => !PROPERTIES.includes(name));
    if (unknown !== undefined) return this.refuse('PropertyUnknown', unknown);
    if (names.includes(MODE) && rules.mode !== 'settable')
      return this.refuse(rules.mode === 'none' ? 'PropertyUnknown' : 'PropertyNotWritable', MODE);
    const missing = rules.triple && boot[ENABLED] !== 'Disabled' ? PROPERTIES.find((name) => !names.includes(name)) : undefined;
    return missing === undefined ? undefined : this.refuse('PropertyMissing', missing);
  }

  private refuse(id: string, about: string): BmcResponse {
    return complain(this.parts, { status: 400, id, text: `${about}: not accepted here.`, about: [about] });
  }

  private wrongValue(boot: Json): BmcResponse | undefined {
    const allowed: readonly (readonly [string, readonly unknown[]])[] = [
      [TARGET, this.parts.profile.boot.targets],
      [ENABLED, ENABLED_VALUES],
      [MODE, MODES],
    ];
    const wrong = allowed.find(([name, values]) => Object.hasOwn(boot, name) && !values.includes(boot[name]));
    return wrong === undefined ? undefined : this.refuse('PropertyValueNotInList', wrong[0]);
  }

  private take(boot: Json, by: Asker): BmcResponse {
    const { profile, clock, note } = this.parts;
    const { lagMs, forgetsCd } = profile.boot;
    if (lagMs > 0) this.stale = { until: clock.monotonic() + lagMs, shown: this.override };
    this.by = by;
    if (forgetsCd && boot[TARGET] === 'Cd') return DONE;
    const next = this.written(boot);
    this.override =
      next.enabled === 'Disabled' || next.target === 'None' ? { ...next, target: 'None', enabled: 'Disabled' } : next;
    note('override', `${this.override.target} ${this.override.enabled} ${this.override.mode}`, by);
    return DONE;
  }

  private written(boot: Json): { target: string; enabled: string; mode: string } {
    const { neverOnce, modeFallsTo } = this.parts.profile.boot;
    const text = (name: string, old: string): string => (Object.hasOwn(boot, name) ? String(boot[name]) : old);
    const enabled = text(ENABLED, this.override.enabled);
    const fallen = modeFallsTo !== '' && Object.hasOwn(boot, TARGET) ? modeFallsTo : this.override.mode;
    return {
      target: text(TARGET, this.override.target),
      enabled: neverOnce && enabled === 'Once' ? 'Continuous' : enabled,
      mode: text(MODE, fallen),
    };
  }
}
