// The boot override of a simulated BMC: where it stands, what may be written to it and how, and that what is set for once is gone after one boot.
import type { BmcResponse } from '../../bmc/transport';
import { DONE, type Json } from './answers';
import type { BootChoice } from './chassis';
import { type BmcParts, complain, isJson, managerPath, systemPath } from './parts';

const TARGET = 'BootSourceOverrideTarget';
const ENABLED = 'BootSourceOverrideEnabled';
const MODE = 'BootSourceOverrideMode';
const ENABLED_VALUES: readonly unknown[] = ['Disabled', 'Once', 'Continuous'];
const MODES: readonly unknown[] = ['Legacy', 'UEFI'];
const DEVICES: Readonly<Record<string, BootChoice['device']>> = { Cd: 'Cd', UsbCd: 'Cd', Pxe: 'Pxe', Hdd: 'Hdd' };
const ONCE = 'ServerBoot.1.BootOnce';
const DEVICE = 'ServerBoot.1.FirstBootDevice';

export class BootSettings {
  private override = { target: 'None', enabled: 'Disabled', mode: 'UEFI' };
  /** What is read until the written value shows. */
  private stale: { readonly until: number; readonly shown: { target: string; enabled: string; mode: string } } | undefined;
  private readonly attributes = new Map<string, unknown>([
    [ONCE, 'Disabled'],
    [DEVICE, 'Normal'],
    ['SNMP.1.AgentCommunity', 'public'],
  ]);

  constructor(private readonly parts: BmcParts) {}

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

  /** PATCH of the system, or of its settings. */
  write(body: Json, at: 'system' | 'settings'): BmcResponse {
    const boot = body['Boot'];
    const strange = Object.keys(body).find((name) => name !== 'Boot');
    if (strange !== undefined || !isJson(boot))
      return complain(this.parts, {
        status: 400,
        id: 'PropertyUnknown',
        text: 'Only Boot can be written.',
        about: [strange ?? 'Boot'],
      });
    return this.objection(boot, at) ?? this.take(boot);
  }

  writeAttributes(body: Json): BmcResponse {
    const values = body['Attributes'];
    if (!isJson(values))
      return complain(this.parts, { status: 400, id: 'PropertyMissing', text: 'Attributes is missing.', about: ['Attributes'] });
    for (const [name, value] of Object.entries(values)) this.attributes.set(name, value);
    this.parts.note('attributes', JSON.stringify(values));
    return DONE;
  }

  /** The machine boots: what was set for once is taken. @param marked whether the virtual CD's slot is to be booted once */
  consume(marked: boolean): Omit<BootChoice, 'image'> {
    const { target, enabled, mode } = this.override;
    const virtualCd = marked || (this.attributes.get(ONCE) === 'Enabled' && this.attributes.get(DEVICE) === 'VCD-DVD');
    if (virtualCd) this.attributes.set(ONCE, 'Disabled').set(DEVICE, 'Normal');
    // Where the attributes know the virtual CD, `Cd` is a drive that holds no disc.
    const device = virtualCd ? 'Cd' : target === 'Cd' && this.parts.profile.boot.attributes ? undefined : DEVICES[target];
    if (enabled === 'Once') {
      this.override = { ...this.override, target: 'None', enabled: 'Disabled' };
      this.stale = undefined;
    }
    if (enabled === 'Once' || virtualCd) this.parts.note('consumed', virtualCd ? 'the virtual CD' : target);
    return { device: enabled === 'Disabled' && !virtualCd ? undefined : device, mode: mode as BootChoice['mode'] };
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
    const refuse = (id: string, about: string): BmcResponse =>
      complain(this.parts, { status: 400, id, text: `${about}: not accepted here.`, about: [about] });
    if (rules.duringPost !== undefined && chassis.inPost()) return refuse(rules.duringPost, 'Boot');
    const names = Object.keys(boot);
    const unknown = names.find((name) => ![TARGET, ENABLED, MODE].includes(name));
    if (unknown !== undefined) return refuse('PropertyUnknown', unknown);
    if ((rules.place === 'settings') !== (at === 'settings')) return refuse('PropertyNotWritable', names[0] ?? 'Boot');
    if (names.includes(MODE) && rules.mode !== 'settable')
      return refuse(rules.mode === 'none' ? 'PropertyUnknown' : 'PropertyNotWritable', MODE);
    const missing = [TARGET, ENABLED, MODE].find((name) => !names.includes(name));
    if (rules.triple && missing !== undefined && boot[ENABLED] !== 'Disabled') return refuse('PropertyMissing', missing);
    return this.wrongValue(boot, refuse);
  }

  private wrongValue(boot: Json, refuse: (id: string, about: string) => BmcResponse): BmcResponse | undefined {
    const allowed: readonly (readonly [string, readonly unknown[]])[] = [
      [TARGET, this.parts.profile.boot.targets],
      [ENABLED, ENABLED_VALUES],
      [MODE, MODES],
    ];
    const wrong = allowed.find(([name, values]) => Object.hasOwn(boot, name) && !values.includes(boot[name]));
    return wrong === undefined ? undefined : refuse('PropertyValueNotInList', wrong[0]);
  }

  private take(boot: Json): BmcResponse {
    const { profile, clock, note } = this.parts;
    const { lagMs, neverOnce, forgetsCd, modeFallsTo } = profile.boot;
    if (lagMs > 0) this.stale = { until: clock.monotonic() + lagMs, shown: this.override };
    const text = (name: string, old: string): string => (Object.hasOwn(boot, name) ? String(boot[name]) : old);
    const forgotten = forgetsCd && boot[TARGET] === 'Cd';
    const enabled = text(ENABLED, this.override.enabled);
    const fallen = modeFallsTo !== '' && Object.hasOwn(boot, TARGET) ? modeFallsTo : this.override.mode;
    const next = {
      target: forgotten ? this.override.target : text(TARGET, this.override.target),
      enabled: forgotten ? this.override.enabled : neverOnce && enabled === 'Once' ? 'Continuous' : enabled,
      mode: text(MODE, fallen),
    };
    this.override =
      next.enabled === 'Disabled' || next.target === 'None' ? { ...next, target: 'None', enabled: 'Disabled' } : next;
    note('override', `${this.override.target} ${this.override.enabled} ${this.override.mode}`);
    return DONE;
  }
}
