import { expect } from 'chai';
import { existsSync, readFileSync } from 'node:fs';
import path from 'node:path';
import {
  classNames,
  classSince,
  enumMembers,
  field,
  fieldsOf,
  message,
  messagesOf,
  paramsServedBy,
  releaseRank,
  servedBy,
} from '../../src/datamodel/datamodel';

const SOURCE = path.resolve(__dirname, '..', '..', '..', 'shared', 'data', 'xenapi.json');

describe('the datamodel', () => {
  it('knows classes, and nothing of what does not exist', () => {
    expect(classNames()).to.include.members([
      'session',
      'pool',
      'host',
      'VM',
      'VBD',
      'SR',
      'PBD',
      'task',
      'event',
      'Cluster_host',
    ]);
    expect(fieldsOf('hots')).to.deep.equal([]);
    expect(messagesOf('hots')).to.deep.equal([]);
    expect(classSince('hots')).to.equal(undefined);
    expect(field('host', 'enabeld')).to.equal(undefined);
    expect(message('host', 'evacuat')).to.equal(undefined);
    expect(message('constructor', 'get_record')).to.equal(undefined);
    expect(enumMembers('nothing')).to.equal(undefined);
  });

  it('gives a field with type, release, qualifier and default', () => {
    expect(field('host', 'bios_strings')).to.include({
      type: '(string -> string) map',
      since: 'midnight-ride',
      qualifier: 'RO/runtime',
      default: '{}',
    });
    expect(field('VM', 'power_state')).to.include({ type: 'enum vm_power_state' });
    expect(enumMembers('vm_power_state')).to.deep.equal(['Halted', 'Paused', 'Running', 'Suspended']);
  });

  it('gives written and implied messages with parameters in order and without the session', () => {
    expect(message('VM', 'pool_migrate')?.params.map(({ name, type }) => `${name}: ${type}`)).to.deep.equal([
      'vm: VM ref',
      'host: host ref',
      'options: (string -> string) map',
    ]);
    expect(message('host', 'get_all_records')).to.include({ result: '(host ref -> host record) map', session: true });
    expect(message('pool', 'add_to_other_config')?.params.map(({ name }) => name)).to.deep.equal(['self', 'key', 'value']);
    expect(message('host', 'disable')?.result).to.equal('void');
  });

  it('says which calls take no session', () => {
    expect(message('session', 'login_with_password')?.session).to.equal(false);
    expect(message('session', 'logout')).to.deep.include({ session: true, params: [] });
  });

  it('dates no item before its class', () => {
    expect(field('blob', 'uuid')?.since).to.equal('orlando');
    for (const cls of classNames()) {
      for (const item of [...fieldsOf(cls), ...messagesOf(cls)]) {
        expect(releaseRank(item.since), `${cls}.${item.name}`).to.be.at.least(releaseRank(classSince(cls)!));
      }
    }
  });

  it('serves an item from the release it appeared in until the one that removed it', () => {
    const event = message('event', 'from')!;
    expect(servedBy(event, 'cowley')).to.equal(false);
    expect(servedBy(event, 'boston')).to.equal(true);
    expect(servedBy(event, '23.9.0')).to.equal(true);
    const gone = message('host', 'license_apply')!;
    expect(gone.until).to.equal('clearwater');
    expect(servedBy(gone, 'tampa')).to.equal(true);
    expect(servedBy(gone, 'clearwater')).to.equal(false);
  });

  it('goes on serving fields that were marked removed, as XAPI does in its records', () => {
    const memoryFree = field('host_metrics', 'memory_free')!;
    expect(memoryFree.removed).to.equal('tampa');
    expect(servedBy(memoryFree, '23.9.0')).to.equal(true);
  });

  it('takes parameters by the release they were added in', () => {
    const names = (release: string): string[] => paramsServedBy(message('host', 'evacuate')!, release).map(({ name }) => name);
    expect(names('stockholm')).to.deep.equal(['host']);
    expect(names('1.297.0')).to.deep.equal(['host', 'network']);
    expect(names('24.3.0')).to.deep.equal(['host', 'network', 'evacuate_batch_size']);
    expect(paramsServedBy(message('session', 'login_with_password')!, 'rio').map(({ name }) => name)).to.deep.equal([
      'uname',
      'pwd',
    ]);
  });
});

describe('the order of XenAPI releases', () => {
  it('is that of the releases, codenames before numbers', () => {
    const order = [
      'rio',
      'miami',
      'symc',
      'orlando',
      'george',
      'cowley',
      'boston',
      'clearwater',
      'creedence',
      'dundee',
      'ely',
      'stockholm',
      'stockholm_psr',
    ];
    const later = [
      '1.250.0',
      '1.297.0',
      '1.1000.0',
      '21.2.0',
      '22.9.0',
      '22.26.0',
      '23.9.0',
      '23.18.0',
      'nile-preview',
      '24.3.0',
      'nile',
      '25.1.0',
      'orinoco',
    ];
    const ranks = [...order, ...later].map(releaseRank);
    expect(ranks).to.deep.equal([...ranks].sort((a, b) => a - b));
    expect(new Set(ranks).size).to.equal(ranks.length);
  });

  it('refuses what is no release, by name', () => {
    for (const bad of ['Tampa', '', '8.2', '26.14.0-next', 'toString'])
      expect(() => releaseRank(bad), bad).to.throw(`"${bad}" is not a XenAPI release`);
  });

  it('covers every release and type the table mentions', () => {
    const ranks = classNames().flatMap((cls) => [...fieldsOf(cls), ...messagesOf(cls)].map((item) => releaseRank(item.since)));
    expect(ranks.every((rank) => rank >= 0)).to.equal(true);
    const enumerations = classNames().flatMap((cls) => fieldsOf(cls).flatMap(({ type }) => /enum (\w+)/.exec(type)?.[1] ?? []));
    expect(enumerations).to.not.be.empty;
    expect(enumerations.filter((name) => enumMembers(name) === undefined)).to.deep.equal([]);
  });
});

if (existsSync(SOURCE)) {
  describe('the condensed table', () => {
    it('lost no class, field or message of its source', () => {
      type Named = { name: string };
      const source = JSON.parse(readFileSync(SOURCE, 'utf8')) as (Named & { fields: Named[]; messages: Named[] })[];
      expect(classNames()).to.deep.equal(source.map(({ name }) => name));
      for (const cls of source) {
        expect(fieldsOf(cls.name).map(({ name }) => name)).to.deep.equal(cls.fields.map(({ name }) => name));
        expect(messagesOf(cls.name).map(({ name }) => name)).to.deep.equal(cls.messages.map(({ name }) => name));
      }
    });
  });
} else console.log('test/datamodel: ../shared is not here, so the table is not compared with its source');
