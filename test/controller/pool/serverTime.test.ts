import { expect } from 'chai';
import { parseServerTime } from '../../../src/controller/pool/serverTime';

describe('the time a host tells', () => {
  it('is read as UTC, to the second', () => {
    expect(parseServerTime('20260102T03:04:05Z')).to.deep.equal({ known: true, value: Date.UTC(2026, 0, 2, 3, 4, 5) / 1000 });
    expect(parseServerTime('19700101T00:00:00Z')).to.deep.equal({ known: true, value: 0 });
  });

  it('is unknown, and shown, when it is no such time', () => {
    for (const text of ['', '2026-01-02', '20260102T03:04', 'now', '20260102T03:04:05+01:00']) {
      const fact = parseServerTime(text);
      expect(fact.known, text).to.equal(false);
      expect(fact.known ? '' : fact.why).to.contain(JSON.stringify(text));
    }
  });
});
