// What an Event may hold. The API refuses an event whole for one word that is too long, so everything is cut to its limit before. Source: the validation of
// events.k8s.io/v1, seen on a kube-apiserver 1.36.

// All limits but those of names count bytes, not letters.
const NOTE_BYTES = 1_024;
const WORD_BYTES = 128;
const NAME_LETTERS = 253;
const CONTROLLER_NAME_LETTERS = 63;

/** At most 1,024 bytes; shows that something was cut off. */
export function noteOf(text: string): string {
  return Buffer.byteLength(text) <= NOTE_BYTES ? text : `${clip(text, NOTE_BYTES - Buffer.byteLength('…'))}…`;
}

/** Reason, action, instance: at most 128 bytes, and never empty. */
export function wordOf(text: string): string {
  const word = clip(text, WORD_BYTES);
  return word === '' ? 'Unknown' : word;
}

/** As many whole letters as fit. */
function clip(text: string, most: number): string {
  let kept = '';
  let bytes = 0;
  for (const letter of text) {
    bytes += Buffer.byteLength(letter);
    if (bytes > most) break;
    kept += letter;
  }
  return kept;
}

/** A qualified name as the API wants the reporting controller: `example.dev/rocket-controller`. What else it holds is replaced. */
export function controllerOf(text: string): string {
  const [last = '', ...prefix] = text.split('/').reverse();
  const name = last
    .replace(/[^A-Za-z0-9_.-]/g, '-')
    .slice(0, CONTROLLER_NAME_LETTERS)
    .replace(/^[^A-Za-z0-9]+|[^A-Za-z0-9]+$/g, '');
  return [...prefix.reverse(), name === '' ? 'controller' : name].join('/');
}

/** `rack7.18c2f0a1b3d4e5f6`: the object it is about, and what makes it unique. */
export function eventNameOf(object: string, unique: string): string {
  const head = object.slice(0, NAME_LETTERS - unique.length - 1).replace(/[^a-z0-9]+$/, '');
  return head === '' ? unique : `${head}.${unique}`;
}
