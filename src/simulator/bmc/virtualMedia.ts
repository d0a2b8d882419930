// The slots of virtual media of a simulated BMC: by which door an image gets in, what is demanded with it, and what the slot says of itself afterwards, which is not
// always true.
import type { BmcResponse } from '../../bmc/transport';
import { DONE, type Json } from './answers';
import type { Asker } from './chassis';
import { type BmcParts, complain, isJson, managerPath, systemPath } from './parts';
import type { SlotProfile } from './profile';
import type { BmcTasks } from './tasks';

interface SlotState {
  readonly profile: SlotProfile;
  /** URL of the image; empty: none. */
  image: string;
  /** What the slot tells until then. */
  stale: { readonly until: number; readonly inserted: boolean; readonly image: string };
  remembered: string;
  failures: number;
  /** Is booted once. */
  marked: boolean;
  /** Said to be inserted, and never fetched. */
  empty: boolean;
}

const TASK_MS = 5_000;
const NAMES: readonly string[] = [
  'Image',
  'TransferProtocolType',
  'TransferMethod',
  'UserName',
  'Password',
  'Inserted',
  'WriteProtected',
];

const STATUSES: Readonly<Record<string, number>> = { VRM0012: 500, ResourceInUse: 409 };

export class VirtualMedia {
  private readonly slots: ReadonlyMap<string, SlotState>;

  constructor(
    private readonly parts: BmcParts,
    private readonly tasks: BmcTasks,
  ) {
    const fresh = (profile: SlotProfile): SlotState => ({
      profile,
      image: '',
      stale: { until: 0, inserted: false, image: '' },
      remembered: '',
      failures: profile.failsFirst,
      marked: false,
      empty: false,
    });
    this.slots = new Map(parts.profile.media.slots.map((slot) => [slot.id, fresh(slot)]));
  }

  get path(): string {
    const { profile } = this.parts;
    return `${profile.media.at === 'system' ? systemPath(profile) : managerPath(profile)}/VirtualMedia`;
  }

  get collection(): Json {
    const members = [...this.slots.keys()].map((id) => ({ '@odata.id': `${this.path}/${id}` }));
    return { '@odata.id': this.path, Name: 'Virtual media', Members: members, 'Members@odata.count': members.length };
  }

  /** URL of the image that the machine finds in its virtual CD. */
  get image(): string | undefined {
    return [...this.slots.values()].find(({ image, empty }) => image !== '' && !empty)?.image;
  }

  /** URLs of all images that are inserted. */
  get inserted(): readonly string[] {
    return [...this.slots.values()].map(({ image }) => image).filter((image) => image !== '');
  }

  /** Whether a slot is marked to be booted once. */
  get marked(): boolean {
    return [...this.slots.values()].some(({ marked }) => marked);
  }

  /** Slots that take an image for a CD, by id. */
  get usable(): readonly string[] {
    const takes = ({ profile: { style, mediaTypes, schemes } }: SlotState): boolean =>
      style !== 'dead' &&
      style !== 'readonly' &&
      schemes.length > 0 &&
      mediaTypes.some((type) => type === 'CD' || type === 'DVD');
    return [...this.slots].filter(([, state]) => takes(state)).map(([id]) => id);
  }

  /** Whether a slot is to be booted once; the mark is gone afterwards. */
  takeMark(): boolean {
    const marked = [...this.slots.values()].filter((slot) => slot.marked);
    for (const slot of marked) slot.marked = false;
    return marked.length > 0;
  }

  slot(id: string): Json | undefined {
    const state = this.slots.get(id);
    return state === undefined ? undefined : this.render(id, state);
  }

  allow(id: string): string {
    const { style } = this.slots.get(id)!.profile;
    const writable = style === 'patch' || (style === 'hpe' && this.parts.profile.boot.mark !== '') || this.hasMark;
    return writable ? 'GET, HEAD, PATCH' : 'GET, HEAD';
  }

  /** PATCH of a slot. @param by who asks */
  async write(id: string, body: Json, by: Asker): Promise<BmcResponse> {
    const state = this.slots.get(id)!;
    if (this.hasMark && Object.hasOwn(body, 'Oem')) return this.mark(state, body['Oem'], by);
    if (state.profile.style !== 'patch')
      return complain(this.parts, { status: 405, id: 'ActionNotSupported', text: 'Read only.' });
    return body['Image'] === null ? this.eject(state, by) : this.insert(state, body, by);
  }

  /** POST to an action of a slot; undefined: it has no such action. @param by who asks */
  async act(path: string, body: Json, by: Asker): Promise<BmcResponse | undefined> {
    const [, id = '', action = ''] = /^([^/]+)\/(.+)$/.exec(path.slice(this.path.length + 1)) ?? [];
    const state = this.slots.get(id);
    if (state === undefined) return undefined;
    const does = Object.entries(this.doors(id, state)).find(([, target]) => target === `${this.path}/${id}/${action}`)?.[0];
    if (does === undefined) return undefined;
    if (does === '#VirtualMedia.VmmControl') return this.control(state, body, by);
    return does.includes('Insert') ? this.insert(state, body, by) : this.eject(state, by);
  }

  private get hasMark(): boolean {
    return this.parts.profile.boot.mark !== '';
  }

  /** Names of the actions, and where they are. */
  private doors(id: string, { profile }: SlotState): Readonly<Record<string, string>> {
    const at = `${this.path}/${id}`;
    const maker = this.parts.profile.oem;
    switch (profile.style) {
      case 'action':
      case 'dead':
        return {
          '#VirtualMedia.InsertMedia': `${at}/Actions/VirtualMedia.InsertMedia`,
          '#VirtualMedia.EjectMedia': `${at}/Actions/VirtualMedia.EjectMedia`,
        };
      case 'vmm':
        return { '#VirtualMedia.VmmControl': `${at}/Oem/${maker}/Actions/VirtualMedia.VmmControl` };
      case 'hpe':
        return {
          '#HpiLOVirtualMedia.InsertVirtualMedia': `${at}/Actions/Oem/Hp/HpiLOVirtualMedia.InsertVirtualMedia`,
          '#HpiLOVirtualMedia.EjectVirtualMedia': `${at}/Actions/Oem/Hp/HpiLOVirtualMedia.EjectVirtualMedia`,
        };
      case 'patch':
      case 'readonly':
        return {};
    }
  }

  private render(id: string, state: SlotState): Json {
    const { profile } = state;
    const { inserted, image } = this.shown(state);
    const standard = profile.style === 'action' || profile.style === 'dead';
    const listed = profile.protocols === undefined ? {} : { 'TransferProtocolType@Redfish.AllowableValues': profile.protocols };
    const actions = Object.fromEntries(
      Object.entries(this.doors(id, state)).map(([name, target]) => [
        name,
        { target, ...(name.endsWith('InsertMedia') ? listed : {}) },
      ]),
    );
    return {
      '@odata.id': `${this.path}/${id}`,
      Id: id,
      Name: 'Virtual media',
      MediaTypes: profile.mediaTypes,
      Image: image === '' ? null : image,
      ImageName: image === '' ? null : image.split('/').at(-1),
      Inserted: inserted,
      ConnectedVia: inserted ? 'URI' : 'NotConnected',
      WriteProtected: inserted,
      ...(standard ? { Actions: actions } : {}),
      Oem: this.own(state, standard ? {} : actions),
    };
  }

  private shown({ profile, image, stale, remembered }: SlotState): { readonly inserted: boolean; readonly image: string } {
    if (this.parts.clock.monotonic() < stale.until) return stale;
    return { inserted: image !== '', image: image === '' && profile.keepsImage ? remembered : image };
  }

  /** What the maker added: its mark, its actions. */
  private own(state: SlotState, actions: Json): Json {
    const { oem, boot } = this.parts.profile;
    const added = {
      ...(boot.mark === '' ? {} : { BootOnNextServerReset: state.marked }),
      ...(Object.keys(actions).length === 0 ? {} : { Actions: actions }),
    };
    return oem === '' || Object.keys(added).length === 0 ? {} : { [oem]: added };
  }

  private mark(state: SlotState, oem: unknown, by: Asker): BmcResponse {
    const value = isJson(oem) ? oem[this.parts.profile.boot.mark] : undefined;
    const wanted = isJson(value) ? value['BootOnNextServerReset'] : undefined;
    if (typeof wanted !== 'boolean')
      return complain(this.parts, { status: 400, id: 'PropertyUnknown', text: 'No such property.', about: ['Oem'] });
    state.marked = wanted;
    this.parts.note('override', `the slot is ${wanted ? 'booted once' : 'not booted'}`, by);
    return DONE;
  }

  private control(state: SlotState, body: Json, by: Asker): Promise<BmcResponse> | BmcResponse {
    switch (body['VmmControlType']) {
      case 'Connect':
        if (state.image !== '')
          return complain(this.parts, { status: 400, id: 'ConnectionOccupied', text: 'The connection is occupied.' });
        return this.insert(state, { Image: body['Image'] }, by);
      case 'Disconnect':
        return this.eject(state, by);
      default:
        return complain(this.parts, { status: 400, id: 'ActionParameterMissing', text: 'VmmControlType is missing.' });
    }
  }

  private async insert(state: SlotState, body: Json, by: Asker): Promise<BmcResponse> {
    const refusal = this.objection(state, body);
    if (refusal !== undefined) return refusal;
    const url = String(body['Image']);
    if (state.failures > 0) {
      state.failures -= 1;
      return this.fail(state, 500, 'InternalError', 'An internal error occurred.');
    }
    if (this.parts.strike('media-unlicensed') !== undefined)
      return this.fail(state, 403, 'LicenseRequired', 'Virtual media need a license that is not installed.');
    const empty = this.parts.strike('media-not-fetched') !== undefined;
    if (!empty && (await this.parts.fetchImage(url)) === 'missing')
      return this.fail(state, 500, this.parts.profile.oem === 'Dell' ? 'RAC0904' : 'ConnectionFailed', `Unable to reach ${url}.`);
    const { clock, note } = this.parts;
    state.stale = { until: clock.monotonic() + state.profile.insertLagMs, inserted: false, image: '' };
    state.image = url;
    state.empty = empty;
    note('insert', url, by);
    return state.profile.task ? this.tasks.begin(TASK_MS, undefined) : DONE;
  }

  private fail({ profile }: SlotState, status: number, id: string, text: string): BmcResponse {
    const { registry } = this.parts.profile;
    return profile.task ? this.tasks.begin(3_000, { id: `${registry}.${id}`, text }) : complain(this.parts, { status, id, text });
  }

  private objection(state: SlotState, body: Json): BmcResponse | undefined {
    return this.wrongName(state, body) ?? this.wrongValue(state, body) ?? this.occupied(state);
  }

  private wrongName({ profile }: SlotState, body: Json): BmcResponse | undefined {
    const names = Object.keys(body);
    const acts = profile.style === 'action' || profile.style === 'dead';
    const what = acts ? 'ActionParameter' : 'Property';
    const unknown = names.find((name) => !NAMES.includes(name) || profile.refuses.includes(name));
    if (unknown !== undefined) return this.refuse(`${what}Unknown`, unknown);
    const missing = ['Image', ...profile.demands].filter((name) => !names.includes(name));
    return missing.length === 0 ? undefined : this.refuse(`${what}Missing`, ...missing);
  }

  private wrongValue({ profile }: SlotState, body: Json): BmcResponse | undefined {
    const url = String(body['Image']);
    const scheme = url.split(':')[0]!;
    if (profile.style === 'dead') return this.refuse('GeneralError', 'This slot serves the console');
    const ibmc = this.parts.profile.registry.startsWith('iBMC');
    if (!profile.schemes.includes(scheme))
      return this.refuse(ibmc ? 'FileTransferProtocolMismatch' : 'ActionParameterNotSupported', 'Image');
    if ([...profile.refusesInUrl].some((character) => url.includes(character)))
      return this.refuse('ActionParameterNotSupported', 'Image');
    const protocol = body['TransferProtocolType'];
    const other = protocol !== undefined && protocol !== scheme.toUpperCase();
    return other ? this.refuse('ActionParameterNotSupported', 'TransferProtocolType') : undefined;
  }

  private occupied({ image }: SlotState): BmcResponse | undefined {
    if (image === '') return undefined;
    return this.parts.profile.oem === 'Dell' ? this.refuse('VRM0012', 'Image') : this.refuse('ResourceInUse', 'Image');
  }

  private refuse(id: string, ...about: readonly string[]): BmcResponse {
    const text = `${about.join(', ')}: not accepted here, or missing.`;
    return complain(this.parts, { status: STATUSES[id] ?? 400, id, text, about });
  }

  /** When nothing is in, there is nothing to do. */
  private eject(state: SlotState, by: Asker): BmcResponse {
    if (state.image === '') return DONE;
    const { clock, note } = this.parts;
    state.stale = { until: clock.monotonic() + state.profile.ejectLagMs, inserted: true, image: state.image };
    state.remembered = state.image;
    note('eject', state.image, by);
    state.image = '';
    return state.profile.task ? this.tasks.begin(1_000, undefined) : DONE;
  }

  /** Somebody else's hand: by the web page of the BMC. */
  insertByHand(id: string, url: string): void {
    Object.assign(this.slots.get(id)!, { image: url, empty: false });
  }
}
