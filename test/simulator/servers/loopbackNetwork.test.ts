import { expect } from 'chai';
import { createServer, type Server } from 'node:http';
import type { AddressInfo } from 'node:net';
import { realClock } from '../../../src/foundation/realClock';
import { nextTurn } from '../../../src/foundation/turn';
import { VirtualClock } from '../../../src/foundation/virtualClock';
import { NetworkFailure } from '../../../src/simulator/network/hostNetwork';
import { createLoopbackNetwork } from '../../../src/simulator/servers/loopbackNetwork';

const never = new AbortController().signal;

function listening(server: Server, port = 0): Promise<number> {
  return new Promise((resolve) => server.listen(port, '127.0.0.1', () => resolve((server.address() as AddressInfo).port)));
}

describe('the network of a served pool', () => {
  const servers: Server[] = [];
  afterEach(() => {
    for (const server of servers.splice(0)) server.closeAllConnections();
  });
  const serving = (): Server => {
    const server = createServer((_, response) => void response.end('here'));
    servers.push(server);
    return server;
  };
  /** A port at which nobody listens now. */
  const free = async (): Promise<number> => {
    const server = serving();
    const port = await listening(server);
    await new Promise((resolve) => server.close(resolve));
    return port;
  };

  it('asks a server again that is being started anew', async () => {
    const port = await free();
    const asked = createLoopbackNetwork(realClock()).get({ url: `http://127.0.0.1:${port}/`, from: '127.0.0.1' }, never);
    const server = serving();
    await listening(server, port);
    expect((await asked).body.toString()).to.equal('here');
    server.close();
  });

  it('gives up a server that stays away', async () => {
    const clock = new VirtualClock(0);
    const port = await free();
    const asked = createLoopbackNetwork(clock)
      .get({ url: `http://127.0.0.1:${port}/`, from: '127.0.0.1' }, never)
      .catch((error: unknown) => error);
    let over = false;
    void asked.finally(() => (over = true));
    // Connections are refused in turns of the real loop; between them there is nothing to wait for, and time is asked again.
    while (!over) {
      await clock.run(() => over, Number.MAX_SAFE_INTEGER);
      await nextTurn();
    }
    expect(await asked).to.be.instanceOf(NetworkFailure);
    expect(clock.monotonic()).to.be.at.least(5_000);
  });
});
