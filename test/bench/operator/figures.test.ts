import { expect } from 'chai';
import { rowsOf, tableOf } from '../../../bench/operator/figures';

describe('the figures of the bench of operators', () => {
  it('sum up laps by their median, and by their worst what is bounded', () => {
    const rows = rowsOf({ p50: [9, 1, 2], lost: [0, 0, 3] }, { p50: [5, 4] });
    const summed = rows.map(({ name, ours, plain }) => [name, ours, plain]);
    expect(summed).to.deep.equal([
      ['lost', 3, undefined],
      ['p50', 2, 4.5],
    ]);
  });

  it('miss a bound by a single lap of ours, and never by one of the plain operator or by a speed', () => {
    const missed = (...taken: Parameters<typeof rowsOf>): readonly string[] =>
      rowsOf(...taken).flatMap((row) => (row.missed ? [row.name] : []));
    expect(missed({ lost: [0, 1, 0], connectionsBurst: [17], noopWrites: [0] }, {})).to.deep.equal(['lost', 'connectionsBurst']);
    expect(missed({ lost: [0], p99: [1e6] }, { lost: [500] })).to.deep.equal([]);
  });

  it('judge what fits the bound as kept', () => {
    expect(rowsOf({ connectionsSteady: [1], connectionsBurst: [16] }, {}).some(({ missed }) => missed)).to.equal(false);
  });

  it('stand in a table with a mark at what is missed and a dash for what nobody measured', () => {
    const [head, row, ...rest] = tableOf(rowsOf({ lost: [2] }, {}));
    expect(head).to.match(/ours.*plain.*bound/);
    expect(row).to.match(/lost.*\b2 ! +- /);
    expect(rest).to.deep.equal([]);
  });

  it('stand below the heads of their columns', () => {
    const [head, ...lines] = tableOf(rowsOf({ lost: [0], p99: [12.345], cpu: [1.5] }, {}));
    const end = head!.indexOf('ours') + 'ours'.length;
    expect(lines.map((line) => line.slice(0, end).split(' ').at(-1))).to.deep.equal(['0', '12.3', '1.50']);
  });
});
