// How the Redfish of each family of BMCs deviates, as data: what is preferred where that row fits, and where each deviation was read. A row only changes what is
// tried first; what a BMC can do is always read from it. Sections are those of bmc.md. Nothing here was tried on hardware.

/** What a BMC says it is; empty where it does not say, or was not asked yet. */
export interface Said {
  /** Of the service root: who made the firmware. */
  readonly vendor: string;
  readonly product: string;
  /** Names below `Oem` of the service root. */
  readonly oem: readonly string[];
  /** Of the system: who made the machine. */
  readonly manufacturer: string;
  readonly model: string;
  readonly managerModel: string;
  readonly firmware: string;
}

export interface Preferences {
  /** Goes into the login as `Oem`. */
  readonly loginOem: object | undefined;
  /** Whether an ETag is sent back as If-Match at the first try. */
  readonly ifMatch: boolean;
  /** Name of the CD in a boot override, where the BMC lists it and the machine is none of the exceptions. */
  readonly cdTarget: string;
  readonly cdTargetExcept: readonly string[];
  /** Firmware whose `Cd` is the physical drive: the virtual one is then reached by the manager's attributes. */
  readonly cdIsPhysical: (firmware: string) => boolean;
  /** Whether the mode can be read while no override is set. */
  readonly modeReadable: boolean;
  /** Whether the mode can be chosen by an override. */
  readonly modeSettable: boolean;
  /** Property of the system that is the serial number SMBIOS tells, where that is not SerialNumber. */
  readonly serialIn: string;
  /** Whether a slot has a mark of its own that boots it once. */
  readonly bootsFromSlot: boolean;
  /** Slots that take images, by id; undefined: whichever offers it. */
  readonly slots: RegExp | undefined;
  /** Properties sent with the first insert, whatever the BMC lists. */
  readonly insertWith: readonly string[];
  /** By which images are taken where the slot does not list them; undefined: nobody knows, and HTTP and HTTPS are tried. */
  readonly schemes: readonly string[] | undefined;
}

export interface Deviation {
  readonly area: string;
  readonly what: string;
  /** What the driver does about it. */
  readonly met: string;
  /** Section of bmc.md, and what stands behind it. */
  readonly source: string;
}

export interface Dialect {
  readonly id: string;
  /** For people. */
  readonly name: string;
  readonly fits: (said: Said) => boolean;
  readonly prefers: Preferences;
  readonly deviations: readonly Deviation[];
}

const ORDINARY: Preferences = {
  loginOem: undefined,
  ifMatch: true,
  cdTarget: 'Cd',
  cdTargetExcept: [],
  cdIsPhysical: () => false,
  modeReadable: true,
  modeSettable: true,
  serialIn: 'SerialNumber',
  bootsFromSlot: false,
  slots: undefined,
  insertWith: [],
  schemes: undefined,
};

const row = (
  id: string,
  name: string,
  fits: Dialect['fits'],
  prefers: Partial<Preferences>,
  deviations: readonly Deviation[],
): Dialect => ({ id, name, fits, prefers: { ...ORDINARY, ...prefers }, deviations });

const differs = (area: string, what: string, met: string, source: string): Deviation => ({ area, what, met, source });

/** The firmware's maker where the BMC names it, else the machine's: a Dell chassis may carry a BMC of AMI (1.1). */
const madeBy = ({ vendor, oem, manufacturer }: Said, maker: RegExp): boolean =>
  maker.test(vendor !== '' ? vendor : (oem[0] ?? '') !== '' ? oem[0]! : manufacturer);

const isDell = (said: Said): boolean => madeBy(said, /^dell/i);
const isHpe = (said: Said): boolean => madeBy(said, /^(hpe?$|hewlett)/i);
/** `14G Monolithic` is 14. */
const dellGeneration = ({ managerModel }: Said): number => Number(/^(\d\d)G/.exec(managerModel)?.[1] ?? 0);

const HUAWEI: Partial<Preferences> = { loginOem: { Huawei: { Domain: 'LocaliBMC' } }, modeReadable: false };
/** Of every iDRAC. */
const SERVICE_TAG = differs(
  'identity',
  'the service tag, which SMBIOS tells as serial number, is `SKU`; `SerialNumber` is the board’s',
  '`SKU` is compared, `SerialNumber` where there is none',
  'general knowledge, not in bmc.md; not confirmed',
);
/** Of all that descend from bmcweb. */
const NO_IF_MATCH = differs('etags', 'If-Match is not wanted', 'not sent unless asked for', '2.5: bmclib providers/openbmc');

export const DIALECTS: readonly Dialect[] = [
  row('dell-idrac10', 'Dell iDRAC 10', (said) => isDell(said) && dellGeneration(said) > 16, { slots: /^1$/, serialIn: 'SKU' }, [
    SERVICE_TAG,
    differs(
      'power',
      '409 ActionParameterValueConflict on `On` up to 60 s after off',
      'asked again for 90 s',
      '2.1, 1.6: ironic 238c9e0cc',
    ),
    differs(
      'boot',
      'override and its allowable values only in the Settings object',
      'each property is written where it stands',
      '2.1, 1.7: sushy 0865ce5',
    ),
    differs('media', 'only slot `1` is bootable', 'no other slot is used', '2.1: ironic drac/boot.py'),
    differs('firmware', 'numbers begin anew', 'never compared with those of iDRAC 9', '2.1: ironic drac/boot.py'),
  ]),
  row(
    'dell-idrac8',
    'Dell iDRAC 7 and 8',
    (said) => isDell(said) && [12, 13].includes(dellGeneration(said)),
    { cdIsPhysical: () => true, serialIn: 'SKU' },
    [
      SERVICE_TAG,
      differs('boot', '`Cd` is the physical drive', 'not offered as a target', '2.1: sushy oem/dell'),
      differs('media', 'virtual media can be read only', 'probed: no virtual media', '2.1: iDRAC-Redfish-Scripting#24'),
    ],
  ),
  row('dell-idrac9', 'Dell iDRAC 9', isDell, { cdIsPhysical: (firmware) => older(firmware, [6]), serialIn: 'SKU' }, [
    SERVICE_TAG,
    differs(
      'boot',
      '`Cd` is the physical drive before 6.00 (AMD; Intel before 4.40.10)',
      'the manager’s attributes ServerBoot.1 name VCD-DVD once; without them refused',
      '2.1: sushy oem/dell, ironic redfish/boot.py',
    ),
    differs(
      'media',
      'below Managers up to 5.x, below Systems from 6.00.02; the same slot may show at both',
      'both are read, slots counted once',
      '2.1, 1.8: iDRAC-Redfish-Scripting#265',
    ),
    differs('media', '`Inserted` lags behind an eject', 'read until it is so; 5xx tried again', '2.1, 1.8: ironic story 2008504'),
    differs('sessions', '8, then 503 RAC0218', 'basic authentication', '1.3: gofish#75, badfish#447'),
    differs('jobs', 'LC068, RAC0679 while jobs run', 'told as Busy', '2.1: sushy oem/dell/constants.py'),
  ]),
  row('hpe-ilo4', 'HPE iLO 4', (said) => isHpe(said) && !said.oem.includes('Hpe'), { bootsFromSlot: true }, [
    differs('boot', 'no mode', 'none is sent; asking for one is refused', '2.2: ironic redfish/management.py'),
    differs(
      'media',
      'PATCH of the slot, or an OEM action that takes `Image` alone',
      'both are known, found in the slot',
      '2.2: HPE docs, community.general',
    ),
    differs('boot', 'a slot has `Oem.Hp.BootOnNextServerReset`', 'set where the override does not take', '2.2: code search'),
  ]),
  row('hpe-ilo5', 'HPE iLO 5 and later', isHpe, { bootsFromSlot: true, modeSettable: false }, [
    differs('media', 'EjectMedia without a body is 415', '`{}` is always sent', '2.2: sushy note fix-eject-media-empty-dict'),
    differs(
      'boot',
      '400 UnableToModifyDuringSystemPOST during POST',
      'tried again, six times, 5 to 30 s apart',
      '2.2: ironic; metal-operator#997',
    ),
    differs('power', '400 InvalidOperationForSystemState after a change', 'tried again', '2.2: sushy note retry-ilo'),
    differs('boot', 'the mode cannot be set', 'sent only where it is the one that is reported', '2.2: metal3-docs#581'),
    differs('headers', '406 for `Accept-Encoding: identity`', 'left out from then on', '2.2: sushy connector.py'),
    differs('boot', 'a slot has `Oem.Hpe.BootOnNextServerReset`', 'set where the override does not take', '2.2: code search'),
  ]),
  row('lenovo-xcc', 'Lenovo XCC', (said) => madeBy(said, /^lenovo/i), { slots: /^EXT\d+$/, insertWith: ['Inserted'] }, [
    differs('media', 'PATCH of the slot, no action', 'found in the slot', '2.3: sushy note fix-virtual-media-fallback'),
    differs('media', 'of ten slots only EXT1 to EXT4 take URLs', 'no other is used', '2.3: pubs.lenovo.com'),
    differs('media', '`Inserted: true` is mandatory', 'always sent', '2.3: sushy virtual_media.py'),
    differs('boot', '`Once` and `Disabled` only', 'nothing else is sent', '2.3: bmclib lenovo/boot.go'),
    differs(
      'boot',
      'the settings object has BootOrder only',
      'each property is written where it stands',
      '2.3: sushy sample SE450',
    ),
  ]),
  row(
    'supermicro',
    'Supermicro',
    (said) => madeBy(said, /^super\s?micro/i),
    { cdTarget: 'UsbCd', cdTargetExcept: ['ARS-111GL-NHR'] },
    [
      differs('boot', '`UsbCd` instead of `Cd`', 'sent where it is listed', '2.4: sushy system.py'),
      differs(
        'boot',
        'Enabled reverts and the mode falls back to BIOS where they are not sent',
        'all three are sent, the mode as reported',
        '2.4: ironic redfish/management.py',
      ),
      differs('media', '`Inserted`, `WriteProtected` are 400', 'not sent unless asked for', '2.4: sushy notes'),
      differs('media', '`?` and `=` in a URL are refused', 'such URLs are never sent', '2.4: community.general#4839'),
      differs('media', '`Image` stays after an eject', '`Inserted` and `ConnectedVia` decide', '2.4: community.general#6969'),
      differs('media', 'the System’s link leads below Managers', 'links are followed', '2.4: bmclib fixtures'),
      differs('power', 'the list of reset types lacks a comma', 'ActionInfo is read as well', '1.6: bmclib fixtures'),
    ],
  ),
  row(
    'nvidia',
    'NVIDIA (OpenBMC)',
    (said) => madeBy(said, /^nvidia/i),
    { ifMatch: false, insertWith: ['TransferProtocolType', 'TransferMethod', 'UserName', 'Password'] },
    [
      differs(
        'media',
        'user and password demanded also for anonymous URLs',
        '`none` is sent for both',
        '2.5: sushy note insertmedia-credentials',
      ),
      differs('errors', 'no `code`', 'not needed', '2.5, 1.10: sushy note'),
      NO_IF_MATCH,
    ],
  ),
  row(
    'openbmc',
    'OpenBMC (bmcweb)',
    (said) => madeBy(said, /^openbmc/i) || /openbmc/i.test(said.managerModel),
    { ifMatch: false, insertWith: ['TransferProtocolType', 'TransferMethod'], schemes: ['https'] },
    [
      differs('media', 'https and smb only', 'http is refused before anything is sent', '2.5: bmcweb virtual_media.hpp'),
      differs('media', 'TransferMethod must be Stream', 'sent', '2.5: bmcweb virtual_media.hpp'),
      differs('media', 'proxy slots have no InsertMedia', 'not used', '2.5: ironic 8c95a7b50'),
      NO_IF_MATCH,
    ],
  ),
  row('fujitsu-irmc', 'Fujitsu iRMC', (said) => madeBy(said, /^(ts_)?fujitsu|^fsas/i), {}, [
    differs('etags', 'PATCH needs If-Match', 'sent', '2.6: Ansible iRMC modules'),
    differs(
      'media',
      'S4, S5: an OEM resource that takes NFS and SMB shares only',
      'no scheme of ours: told as no virtual media',
      '2.6: code search',
    ),
    differs('media', 'newer: standard virtual media', 'found in the slot', '2.6: irmc-redfish provider'),
  ]),
  row(
    'huawei-ibmc-old',
    'Huawei iBMC 6.41',
    (said) => madeBy(said, /^huawei/i) && /^6\.41(\D|$)/.test(said.firmware),
    { ...HUAWEI, schemes: ['nfs', 'cifs'] },
    [
      differs(
        'media',
        'NFS and CIFS only, FileTransferProtocolMismatch for all else',
        'http and https are refused before anything is sent',
        '2.7: field',
      ),
    ],
  ),
  row('huawei-ibmc', 'Huawei and xFusion iBMC', (said) => madeBy(said, /^(huawei|xfusion|h3c|openubmc)/i), HUAWEI, [
    differs('login', '`Oem.Huawei.Domain` demanded', 'sent', '2.7: field'),
    differs('links', '`Links.Managers` instead of `ManagedBy`', 'both are read', '2.7: sushy note'),
    differs('media', 'OEM action VmmControl, answered by a task', 'found in the slot, the task followed', '2.7: field'),
    differs('media', 'Connect fails at times', 'tried again, three times', '2.7: field'),
    differs('media', 'ConnectionOccupied', 'disconnected first', '2.7: field'),
    differs('boot', 'the mode read while no override is set is not the real one', 'not sent', '1.7: field'),
  ]),
  row('cisco-cimc', 'Cisco CIMC', (said) => madeBy(said, /^cisco/i), {}, [
    differs('login', 'no `Location` of the session', 'taken from the body', '2.8: sushy 43ed6a6'),
    differs('media', 'some slots are for the vKVM only: 400', 'the next one is tried', '2.8: launchpad 2031595'),
    differs('media', '`DVD` is the only media type', 'taken where no slot says `CD`', '2.8: launchpad 2039042'),
  ]),
  row(
    'ami-megarac',
    'AMI MegaRAC, ASRock Rack',
    (said) => madeBy(said, /^(ami$|american megatrends|asrock)/i) || /^ami$/i.test(said.oem[0] ?? ''),
    { insertWith: ['TransferProtocolType'] },
    [
      differs('boot', 'target, enabled and mode together or not at all', 'sent together', '2.9: ironic management.py'),
      differs('media', 'TransferProtocolType demanded', 'sent', '2.9: sushy sample'),
    ],
  ),
  row('generic', 'any other', () => true, {}, []),
];

/** The first row that fits; the last one always does. */
export function dialectOf(said: Said): Dialect {
  return DIALECTS.find(({ fits }) => fits(said))!;
}

/** As tuples of numbers: 2.0.0 is newer than 1.13.0 (1.1). What is no number counts as 0. */
export function older(version: string, than: readonly number[]): boolean {
  const numbers = version.split('.').map((part) => Number(/^\d+/.exec(part)?.[0] ?? 0));
  for (const [index, other] of than.entries()) {
    const own = numbers[index] ?? 0;
    if (own !== other) return own < other;
  }
  return false;
}
