// What a BMC says, made fit for a message: no control characters, of bearable length, without secrets. Of URLs only scheme and host stay: the path of an image
// is a capability, and some BMCs repeat the URL with the password in it.

const LONGEST = 300;
const URL_IN_TEXT = /\b([a-zA-Z][a-zA-Z0-9+]{0,15}):\/\/(?:[^/\s"'<>@]{0,200}@)?([^/\s"'<>]{1,255})[^\s"'<>]*/g;

/** @param secrets replaced where they stand; empty ones are no secrets */
export function fit(text: string, secrets: readonly string[] = []): string {
  // Cut first, so that no rule has to read a megabyte; the rest is cut away anyway.
  const start = text.slice(0, 4 * LONGEST);
  const plain = start.replace(/[^\x20-\x7e\u00a0-\uffff]+/g, ' ').trim();
  const scrubbed = secrets
    .filter((secret) => secret !== '')
    .reduce((rest, secret) => rest.replaceAll(secret, '[secret]'), plain)
    .replace(URL_IN_TEXT, '$1://$2/…');
  return scrubbed.length > LONGEST ? `${scrubbed.slice(0, LONGEST)}…` : scrubbed;
}
