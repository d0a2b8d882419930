// Everything a simulated BMC can be asked for by GET.
import type { Json } from './answers';
import type { BootSettings } from './bootSettings';
import { type BmcParts, managerPath, systemPath } from './parts';
import type { BmcPower } from './power';
import { type BmcSessions, SESSIONS } from './sessions';
import type { VirtualMedia } from './virtualMedia';

export interface Found {
  readonly body: Json;
  /** The header `Allow`, where it is sent. */
  readonly allow?: string;
}

const ROOT = '/redfish/v1';
const link = (path: string): Json => ({ '@odata.id': path });

export class ResourceTree {
  constructor(
    private readonly parts: BmcParts,
    private readonly power: BmcPower,
    private readonly boot: BootSettings,
    private readonly media: VirtualMedia,
    private readonly sessions: BmcSessions,
  ) {}

  at(path: string): Found | undefined {
    const slots = `${this.media.path}/`;
    if (path.startsWith(slots)) return this.slot(path.slice(slots.length));
    const body = this.fixed(path) ?? this.ofSystem(path) ?? this.ofManager(path);
    return body === undefined ? undefined : { body };
  }

  private slot(id: string): Found | undefined {
    const body = this.media.slot(id);
    return body === undefined ? undefined : { body, allow: this.media.allow(id) };
  }

  private fixed(path: string): Json | undefined {
    const { profile } = this.parts;
    switch (path) {
      case '/redfish':
        return { v1: `${ROOT}/` };
      case ROOT:
        return this.root;
      case `${ROOT}/Systems`:
        return this.collection(path, [systemPath(profile)]);
      case `${ROOT}/Managers`:
        return this.collection(path, [managerPath(profile)]);
      case this.media.path:
        return this.media.collection;
    }
    if (!profile.sessions.offered || !path.startsWith(`${ROOT}/SessionService`)) return undefined;
    if (path === SESSIONS) return this.sessions.list();
    if (path === `${ROOT}/SessionService`)
      return { ...link(path), Id: 'SessionService', Name: 'Sessions', SessionTimeout: 1_800, Sessions: link(SESSIONS) };
    return this.sessions.session(path.slice(SESSIONS.length + 1));
  }

  private get root(): Json {
    const { vendor, product, oem, sessions } = this.parts.profile;
    return {
      ...link(`${ROOT}/`),
      '@odata.type': '#ServiceRoot.v1_11_0.ServiceRoot',
      Id: 'RootService',
      Name: 'Root Service',
      RedfishVersion: '1.13.0',
      UUID: this.parts.chassis.identity.uuid,
      ...(vendor === '' ? {} : { Vendor: vendor }),
      Product: product,
      ...(oem === '' ? {} : { Oem: { [oem]: {} } }),
      Systems: link(`${ROOT}/Systems`),
      Managers: link(`${ROOT}/Managers`),
      ...(sessions.offered ? { SessionService: link(`${ROOT}/SessionService`), Links: { Sessions: link(SESSIONS) } } : {}),
    };
  }

  private ofSystem(path: string): Json | undefined {
    const { profile } = this.parts;
    const own = systemPath(profile);
    if (path === own) return this.system;
    if (path === `${own}/EthernetInterfaces`)
      return this.collection(
        path,
        this.parts.chassis.identity.macs.map((_, index) => `${path}/${index + 1}`),
      );
    if (path === `${own}/ResetActionInfo`) return this.power.actionInfo;
    if (path === this.boot.settingsPath) return this.boot.settings;
    const [, number] = /\/EthernetInterfaces\/(\d+)$/.exec(path.startsWith(own) ? path : '') ?? [];
    const mac = number === undefined ? undefined : this.parts.chassis.identity.macs[Number(number) - 1];
    return mac === undefined ? undefined : { ...link(path), Id: number, Name: 'A network card', MACAddress: mac.toUpperCase() };
  }

  private get system(): Json {
    const { profile, chassis } = this.parts;
    const { identity } = chassis;
    const own = systemPath(profile);
    const serial =
      profile.serialIn === 'SKU'
        ? { SKU: identity.serial, SerialNumber: `CN${identity.serial}00BOARD` }
        : { SerialNumber: identity.serial };
    const settings = this.boot.settingsPath;
    return {
      ...link(own),
      '@odata.type': '#ComputerSystem.v1_16_0.ComputerSystem',
      Id: profile.systemId,
      Name: 'System',
      Manufacturer: identity.manufacturer === '' ? profile.manufacturer : identity.manufacturer,
      Model: identity.model === '' ? profile.model : identity.model,
      ...serial,
      UUID: identity.uuid.toUpperCase(),
      PowerState: chassis.power(),
      Boot: this.boot.ofSystem,
      ...(profile.bootProgress ? { BootProgress: { LastState: chassis.progress() } } : {}),
      EthernetInterfaces: link(`${own}/EthernetInterfaces`),
      ...(profile.media.at === 'manager' || profile.media.slots.length === 0 ? {} : { VirtualMedia: link(this.media.path) }),
      ...(settings === undefined ? {} : { '@Redfish.Settings': { SettingsObject: link(settings) } }),
      Links: { [profile.managerLink]: [link(managerPath(profile))] },
      Actions: { '#ComputerSystem.Reset': this.power.action },
    };
  }

  private ofManager(path: string): Json | undefined {
    const { profile } = this.parts;
    const own = managerPath(profile);
    if (path === this.boot.attributesPath) return this.boot.managerAttributes;
    if (path !== own) return undefined;
    const attributes = this.boot.attributesPath;
    return {
      ...link(own),
      '@odata.type': '#Manager.v1_11_0.Manager',
      Id: profile.managerId,
      Name: 'Manager',
      ManagerType: 'BMC',
      Model: profile.managerModel,
      FirmwareVersion: profile.firmware,
      ...(profile.media.at === 'system' || profile.media.slots.length === 0 ? {} : { VirtualMedia: link(this.media.path) }),
      ...(attributes === undefined ? {} : { Attributes: link(attributes) }),
      Links: { ManagerForServers: [link(systemPath(profile))] },
    };
  }

  private collection(path: string, members: readonly string[]): Json {
    return { ...link(path), Name: 'Members', Members: members.map(link), 'Members@odata.count': members.length };
  }
}
