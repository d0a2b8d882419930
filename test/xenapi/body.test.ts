import { expect } from 'chai';
import fc from 'fast-check';
import { type Body, Gatherer, lengthOf, PIECE, sameBody } from '../../src/xenapi/body';

function gathered(parts: readonly string[]): Body {
  const gatherer = new Gatherer();
  for (const part of parts) gatherer.add(part);
  return gatherer.gathered();
}

/** Cut where the numbers say. */
function cut(text: string, sizes: readonly number[]): readonly string[] {
  const parts: string[] = [];
  let at = 0;
  for (const size of sizes) {
    parts.push(text.slice(at, at + size));
    at += size;
  }
  return [...parts, text.slice(at)];
}

const sizes = fc.array(fc.nat(PIECE + 10), { maxLength: 12 });

describe('the text of an answer', () => {
  it('is what came, in pieces of one length only where it is large', () => {
    const long = fc.integer({ min: 0, max: 3 * PIECE }).map((length) => 'äb☃c'.repeat(length / 4 + 1).slice(0, length));
    fc.assert(
      fc.property(long, sizes, (text, where) => {
        const { pieces, body } = gathered(cut(text, where));
        expect(body === text).to.equal(true);
        expect(lengthOf(gathered(cut(text, where)))).to.equal(text.length);
        expect(pieces === undefined).to.equal(text.length < PIECE);
        expect((pieces ?? [text]).join('') === text).to.equal(true);
        expect((pieces ?? []).slice(0, -1).every((piece) => piece.length === PIECE)).to.equal(true);
      }),
      { numRuns: 60 },
    );
  });

  it('is the same however it came, and another when a character differs', () => {
    const text = 'x'.repeat(2 * PIECE + 7);
    fc.assert(
      fc.property(sizes, sizes, fc.nat(text.length - 1), (one, other, at) => {
        const changed = `${text.slice(0, at)}y${text.slice(at + 1)}`;
        expect(sameBody(gathered(cut(text, one)), gathered(cut(text, other)))).to.equal(true);
        expect(sameBody(gathered(cut(text, one)), gathered(cut(changed, other)))).to.equal(false);
      }),
      { numRuns: 60 },
    );
    expect(sameBody({ body: 'a' }, { body: 'a' })).to.equal(true);
    expect(sameBody({ body: 'a' }, { body: 'b' })).to.equal(false);
    expect(sameBody({ body: '' }, gathered([text]))).to.equal(false);
  });
});
