import { expect } from 'chai';
import { holds, known, mapFact, unknown } from '../../src/foundation/fact';

describe('a fact', () => {
  it('that is unknown never holds, whatever is asked of it', () => {
    let asked = false;
    const always = (): boolean => {
      asked = true;
      return true;
    };
    expect(holds(unknown('no answer'), always)).to.equal(false);
    expect(asked, 'there is nothing to ask').to.equal(false);
    expect(holds(known([]), always)).to.equal(true);
    expect(holds(known(1), (value) => value > 1)).to.equal(false);
  });

  it('keeps why it is unknown through every transformation', () => {
    expect(mapFact(unknown('no answer'), () => 1)).to.deep.equal({ known: false, why: 'no answer' });
    expect(mapFact(known(2), (value) => value * 2)).to.deep.equal({ known: true, value: 4 });
  });
});
