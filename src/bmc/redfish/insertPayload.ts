// What a request to insert an image says besides the image, negotiated: as little as possible, and what the BMC asks for (bmc.md 1.8).
import type { Refusal } from './refusal';
import type { SlotDoor } from './slots';

/** Names of what may be said, in the order in which it is written. */
export const NEGOTIABLE: readonly string[] = [
  'TransferProtocolType',
  'TransferMethod',
  'UserName',
  'Password',
  'Inserted',
  'WriteProtected',
];

/** Of writing a slot, as opposed to acting upon it. */
const OF_A_PATCH: readonly string[] = ['Inserted', 'WriteProtected'];

/** Said from the beginning. @param wished by the dialect */
export function firstProperties({ style, demands }: SlotDoor, wished: readonly string[]): ReadonlySet<string> {
  if (style === 'HpeAction' || style === 'VmmControl') return new Set();
  const all = [...demands, ...wished, ...(style === 'Patch' ? OF_A_PATCH : [])];
  return new Set(NEGOTIABLE.filter((name) => all.includes(name)));
}

/**
 * What to say after that refusal.
 * @returns undefined when it gives no other way to say it
 */
export function negotiated(said: ReadonlySet<string>, { messages, said: text }: Refusal): ReadonlySet<string> | undefined {
  const named = NEGOTIABLE.filter(
    (name) => messages.some(({ properties }) => properties.includes(name)) || new RegExp(`\\b${name}\\b`).test(text),
  );
  const missing = isMissing(messages, text);
  const next = new Set(said);
  for (const name of named) {
    if (!said.has(name)) next.add(name);
    else if (!missing) next.delete(name);
  }
  // Nobody takes one without the other.
  if (next.has('UserName') || next.has('Password')) next.add('UserName').add('Password');
  return same(said, next) ? undefined : next;
}

/** Told by its id. Words alone are taken where the ids say neither, because what does not want a property may name those it requires. */
function isMissing(messages: Refusal['messages'], text: string): boolean {
  const ids = messages.map(({ id }) => id);
  if (ids.some((id) => id.endsWith('Missing'))) return true;
  return !ids.some((id) => /(Unknown|NotWritable|NotSupported)$/.test(id)) && /missing|required/i.test(text);
}

function same(one: ReadonlySet<string>, other: ReadonlySet<string>): boolean {
  return one.size === other.size && [...one].every((name) => other.has(name));
}

export function insertBody({ style }: SlotDoor, url: string, said: ReadonlySet<string>): object {
  if (style === 'VmmControl') return { VmmControlType: 'Connect', Image: url };
  const values: Readonly<Record<string, unknown>> = {
    TransferProtocolType: url.split(':')[0]!.toUpperCase(),
    TransferMethod: 'Stream',
    UserName: 'none',
    Password: 'none',
    Inserted: true,
    WriteProtected: true,
  };
  return { Image: url, ...Object.fromEntries(NEGOTIABLE.filter((name) => said.has(name)).map((name) => [name, values[name]])) };
}

export function ejectBody({ style }: SlotDoor, said: ReadonlySet<string>): object {
  if (style === 'VmmControl') return { VmmControlType: 'Disconnect' };
  if (style === 'Patch') return { Image: null, ...(said.has('Inserted') ? { Inserted: false } : {}) };
  // An action without a body is 415 to some.
  return {};
}
