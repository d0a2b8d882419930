// A UDP port that nobody has, and when something answers there.
import { createSocket } from 'node:dgram';
import { once } from 'node:events';
import { sleep } from '../../../src/foundation/clock';
import { realClock } from '../../../src/foundation/realClock';

export const LOOPBACK = '127.0.0.1';

/** @param host a loopback address */
export async function freeUdpPort(host = LOOPBACK): Promise<number> {
  const socket = createSocket('udp4').bind(0, host);
  await once(socket, 'listening');
  const { port } = socket.address();
  socket.close();
  await once(socket, 'close');
  return port;
}

/** Get Channel Authentication Capabilities, as every program begins (IPMI 2.0, 22.13): no session is needed for it. */
const QUESTION = Buffer.from('0600ff07000000000000000000092018c88100388e04b5', 'hex');
const EVERY_MS = 100;

/** Until it answers by IPMI. @param over settles when there is no use in waiting any longer */
export async function answering(port: number, over: Promise<never>, host = LOOPBACK): Promise<void> {
  const clock = realClock();
  const socket = createSocket('udp4').bind(0, '127.0.0.1');
  // A port that is closed yet is told by an error.
  socket.on('error', () => undefined);
  const heard = once(socket, 'message');
  heard.catch(() => undefined);
  let waiting = true;
  const asking = async (): Promise<void> => {
    while (waiting) {
      socket.send(QUESTION, port, host, () => undefined);
      await sleep(clock, EVERY_MS);
    }
  };
  const asked = asking();
  try {
    await Promise.race([heard, over]);
  } finally {
    waiting = false;
    await asked;
    socket.close();
  }
}
