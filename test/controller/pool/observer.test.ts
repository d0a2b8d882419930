import { expect } from 'chai';
import type { CertificateLearner } from '../../../src/controller/pool/certificates';
import type { BootEyes } from '../../../src/controller/machines/bootInspection';
import { createObserver, type MachineEyes } from '../../../src/controller/pool/observer';
import { known } from '../../../src/foundation/fact';
import { VirtualClock } from '../../../src/foundation/virtualClock';
import type { PoolCache } from '../../../src/xenapi/cache';
import type { Inspection } from '../../../src/plan/checks/inspection';
import type { XapiClient } from '../../../src/xenapi/client';
import { XapiError } from '../../../src/xenapi/error';
import { records } from './records';

/** Uuids of pools about which it was asked what an earlier run left, when a pool is observed whose hosts run these versions. */
async function askedOf(versions: readonly string[], other: Readonly<Record<string, string>> = {}): Promise<readonly string[]> {
  const asked: string[] = [];
  const host = Object.fromEntries(
    versions.map((version, index) => [`h${index}`, { software_version: { product_version: version } }]),
  );
  const observer = createObserver({
    client: { recordAddresses: () => undefined } as unknown as XapiClient,
    cache: {
      refresh: () => Promise.resolve(),
      records: records({ pool: { p: { master: 'h0', other_config: other } }, host }),
    } as unknown as PoolCache,
    clock: new VirtualClock(0),
    certificates: { look: () => Promise.resolve() } as unknown as CertificateLearner,
    backup: () => Promise.resolve(null),
    earlier: (pool) => {
      asked.push(pool);
      return Promise.resolve(null);
    },
    kept: () => Promise.resolve([]),
  });
  const { earlier } = await observer.observe(new Set(['pool', 'earlier']), undefined);
  expect(earlier).to.deep.include({ known: true, value: null });
  return asked;
}

describe('what an earlier run left', () => {
  it('is looked for on a pool that is mixed or marked, by its uuid', async () => {
    expect(await askedOf(['6.5.0', '6.2.0'])).to.deep.equal(['p']);
    expect(await askedOf(['6.2.0', '6.2.0'], { rolling_upgrade_in_progress: 'true' })).to.deep.equal(['p']);
    expect(await askedOf(['6.2.0', '6.2.0'], { 'xenpool.dev/claim': 'us' })).to.deep.equal(['p']);
  });

  it('is not looked for on any other, whose stored dumps nobody need read', async () => {
    expect(await askedOf(['6.2.0', '6.2.0'])).to.deep.equal([]);
  });
});

describe('what the checks look at', () => {
  const NOW = 1_000_000;
  const inspection = async (machines: MachineEyes | undefined, word = ''): Promise<Inspection> => {
    const observer = createObserver({
      client: { call: () => Promise.reject(new XapiError({ kind: 'ApiAge', text: 'old', maybeDelivered: false })) } as never,
      cache: {
        refresh: () => Promise.resolve(),
        records: records({
          pool: { p: { master: 'a' } },
          host: { a: { name_label: 'xs-01', metrics: 'up' }, b: { name_label: 'xs-02', metrics: 'up' } },
          host_metrics: { up: { live: true } },
          PIF: {
            card: { host: 'a', physical: true, MAC: '00:16:3e:00:00:01' },
            bond: { host: 'a', physical: false, MAC: '00:16:3e:00:00:09' },
            other: { host: 'b', physical: true, MAC: '00:16:3e:00:00:02' },
          },
        }),
      } as unknown as PoolCache,
      clock: new VirtualClock(NOW),
      certificates: { look: () => Promise.resolve() } as unknown as CertificateLearner,
      backup: () => Promise.resolve(null),
      earlier: () => Promise.resolve(null),
      kept: () => Promise.resolve([]),
      machines,
    });
    const hosts = [
      { uuid: 'a', staged: false, served: true },
      { uuid: 'b', staged: false, served: false },
    ];
    const { inspection: seen } = await observer.observe(new Set(['inspection']), undefined, {
      repository: undefined,
      to: { brand: 'XenServer', version: '7.6.0' },
      hosts,
      word,
    });
    if (!seen.known) throw new Error(seen.why);
    return seen.value;
  };

  it('holds what the BMCs named say, what the boot server offers, and the cards of each host', async () => {
    const answer = { kind: 'Unreachable', why: 'no route' } as const;
    const asked: string[] = [];
    const boot: BootEyes = {
      named: (host) => ({ address: `ipmi://${host}`, place: undefined, settings: '' }),
      ask: (host) => (asked.push(host), Promise.resolve(answer)),
      readmit: () => undefined,
      offers: () => Promise.resolve(known([])),
      imageScheme: () => 'https',
    };
    const seen = await inspection({ boot } as MachineEyes);
    expect(asked).to.deep.equal(['a']);
    expect(seen.boot).to.deep.equal({
      bmcs: { a: { address: 'ipmi://a', place: undefined, answer }, b: { address: 'ipmi://b', place: undefined } },
      imageScheme: 'https',
      offers: known([]),
    });
    expect([seen.hosts['a']!.macs, seen.hosts['b']!.macs]).to.deep.equal([['00:16:3e:00:00:01'], ['00:16:3e:00:00:02']]);
    expect([seen.askedAt, seen.hazards === undefined]).to.deep.equal([NOW, false]);
  });

  it('says that there is no boot server where nobody speaks to machines', async () => {
    expect((await inspection(undefined)).boot).to.deep.equal({ bmcs: {}, offers: undefined });
  });
});
