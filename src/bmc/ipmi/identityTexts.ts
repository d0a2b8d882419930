// Who a machine is, out of what `mc info`, `mc guid` and `fru print 0` print. Untrusted text: bounded, and empty where it does not say.
import type { PowerState } from '../bmc';

const LONGEST = 128;

/** Values by label of lines like ` Product Serial        : SN1`; the first of each label counts. */
function labelled(stdout: string): ReadonlyMap<string, string> {
  const values = new Map<string, string>();
  for (const line of stdout.split(/\r?\n/)) {
    const [, label, value] = /^\s{0,8}([A-Za-z][A-Za-z0-9 /()]{0,40}?)\s{0,40}: (.*)$/.exec(line) ?? [];
    if (label !== undefined && !values.has(label)) values.set(label, plain(value ?? ''));
  }
  return values;
}

/** Without control characters, cut. */
function plain(text: string): string {
  return text
    .replace(/[^\x20-\x7e]/g, '')
    .trim()
    .slice(0, LONGEST);
}

export interface McInfo {
  readonly firmware: string;
  readonly manufacturer: string;
}

export function parseMcInfo(stdout: string): McInfo {
  const values = labelled(stdout);
  return { firmware: values.get('Firmware Revision') ?? '', manufacturer: values.get('Manufacturer Name') ?? '' };
}

export interface FruIdentity {
  readonly manufacturer: string;
  readonly model: string;
  readonly serial: string;
}

/** Of the product area, whose serial is SMBIOS's of the system. Serials of board and chassis are others: a chassis may hold several machines. */
export function parseFru(stdout: string): FruIdentity {
  const values = labelled(stdout);
  const of = (label: string): string => values.get(label) ?? '';
  return { manufacturer: of('Product Manufacturer'), model: of('Product Name'), serial: of('Product Serial') };
}

/** Lower case with dashes, its bytes in the order that ipmitool prints: that differs by BMC and by version, so whoever compares allows for all orders. */
export function parseGuid(stdout: string): string {
  const [, text = ''] = /^System GUID\s{0,40}: ([0-9a-f-]{32,36})\s*$/im.exec(stdout) ?? [];
  const digits = text.replaceAll('-', '').toLowerCase();
  return digits.length === 32 ? digits.replace(/^(.{8})(.{4})(.{4})(.{4})(.{12})$/, '$1-$2-$3-$4-$5') : '';
}

/** Everything but the two exact lines is `Other`. */
export function parsePower(stdout: string): PowerState {
  const [, state] = /^Chassis Power is (on|off)$/m.exec(stdout.replaceAll('\r', '')) ?? [];
  if (state === undefined) return 'Other';
  return state === 'on' ? 'On' : 'Off';
}
