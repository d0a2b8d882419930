// Where a host's XenAPI is reached: scheme, host and port. A pool names its hosts by bare address; the scheme and port we came by hold for all of them.

/** `https://xs-01.example:8443/` and the like, brought into the one form origins are compared in. @throws TypeError for what is no URL */
export function originOf(endpoint: string): string {
  return new URL(endpoint).origin;
}

/** The same door at another address of the pool, e.g. the master's that a member named. */
export function sameDoor(origin: string, address: string): string {
  const url = new URL(origin);
  const host = address.includes(':') && !address.startsWith('[') ? `[${address}]` : address;
  return new URL(`${url.protocol}//${host}${url.port === '' ? '' : `:${url.port}`}`).origin;
}
