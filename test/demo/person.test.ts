import { expect } from 'chai';
import { createServer, type Server } from 'node:http';
import type { AddressInfo } from 'node:net';
import { isAtAnEnd } from '../../src/demo/conclusion';
import { Person } from '../../src/demo/person';
import type { Sight } from '../../src/demo/sight';
import { host, sight, type Status, world } from './sights';

const waiting = (more: Partial<Status> = {}): Partial<Status> => ({
  hosts: [host('xs-01', 'Upgraded'), host('xs-02', 'AwaitingOperator')],
  reason: 'BootInstaller',
  conditions: [{ type: 'AwaitingOperator', status: 'True' }] as unknown as NonNullable<Status['conditions']>,
  ...more,
});

function seen(status: Partial<Status>, state: string): Sight {
  const all = world({ 'xs-01': ['a'], 'xs-02': [] });
  return sight(10, status, { ...all, machines: all.machines.map((machine) => ({ ...machine, state })) });
}

describe('the person of the demo', () => {
  let server: Server;
  let controlUrl = '';
  let status = 200;
  const asked: (readonly [string, string])[] = [];
  const said: string[] = [];
  const { signal } = new AbortController();

  before((ready) => {
    server = createServer((request, response) => {
      let body = '';
      request.on('data', (chunk: Buffer) => (body += chunk.toString()));
      request.on('end', () => {
        asked.push([request.url ?? '', body]);
        response.writeHead(status).end('{}');
      });
    }).listen(0, '127.0.0.1', () => {
      controlUrl = `http://127.0.0.1:${(server.address() as AddressInfo).port}`;
      ready();
    });
  });
  beforeEach(() => {
    status = 200;
    asked.splice(0);
    said.splice(0);
  });
  after(() => {
    server.closeAllConnections();
    server.close();
  });

  const person = (): Person => new Person({ controlUrl, say: (words) => said.push(words) });

  it('boots the installer at the host that is asked for, once an attempt, and says so', async () => {
    const one = person();
    await one.look(seen(waiting(), 'Off'), signal);
    await one.look(seen(waiting(), 'Off'), signal);
    expect(asked).to.deep.equal([['/machines/xs-02/boot-installer', '{"release":"XCP-ng 8.3.0"}']]);
    expect(said).to.deep.equal(['a person goes to xs-02, boots the installer of XCP-ng 8.3.0 and chooses to upgrade']);
    await one.look(seen(waiting({ hosts: [host('xs-02', 'AwaitingOperator', { attempt: 2 })] }), 'Off'), signal);
    expect(asked).to.have.length(2);
  });

  it('touches no machine that is on, and none that another wait is about', async () => {
    await person().look(seen(waiting(), 'Up'), signal);
    await person().look(seen(waiting({ reason: 'CertificateChanged' }), 'Off'), signal);
    expect([asked, said]).to.deep.equal([[], []]);
  });

  it('says what the control does not like', async () => {
    status = 409;
    let why = '';
    await person()
      .look(seen(waiting(), 'Off'), signal)
      .catch((error: unknown) => (why = String(error)));
    expect(why).to.contain('/machines/xs-02/boot-installer with 409');
  });

  it('is waited for only where somebody plays it', () => {
    const { object } = seen(waiting(), 'Off');
    expect([isAtAnEnd(object, true), isAtAnEnd(object, false)]).to.deep.equal([false, true]);
    const { object: changed } = seen(waiting({ reason: 'CertificateChanged' }), 'Off');
    expect(isAtAnEnd(changed, true)).to.equal(true);
  });
});
