import { expect } from 'chai';
import type { CertificateLearner } from '../../../src/controller/pool/certificates';
import { createObserver } from '../../../src/controller/pool/observer';
import { VirtualClock } from '../../../src/foundation/virtualClock';
import type { PoolCache } from '../../../src/xenapi/cache';
import type { XapiClient } from '../../../src/xenapi/client';
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
