// Counts connections where no client can help it: a relay before the pool's door. Certificates hold on it, because it has the door's address.
import net from 'node:net';

export interface Relay {
  readonly origin: string;
  /** Connections since the start. */
  readonly count: () => number;
  close(): void;
}

export function relayTo(origin: string): Promise<Relay> {
  const { hostname, port } = new URL(origin);
  const sockets = new Set<net.Socket>();
  let count = 0;
  const server = net.createServer((near) => {
    count += 1;
    const far = net.connect(Number(port), hostname);
    near.pipe(far).pipe(near);
    for (const [one, other] of [
      [near, far],
      [far, near],
    ] as const) {
      sockets.add(one);
      one.on('close', () => other.destroy());
      // A connection that breaks is closed as well.
      one.on('error', () => undefined);
    }
  });
  return new Promise((resolve, reject) => {
    server.once('error', reject);
    server.listen(0, hostname, () => {
      const at = server.address() as net.AddressInfo;
      resolve({
        origin: `https://${hostname}:${at.port}`,
        count: () => count,
        close(): void {
          server.close();
          for (const socket of sockets) socket.destroy();
        },
      });
    });
  });
}
