import { expect } from 'chai';
import { Screen } from '../../src/demo/screen';

/** A terminal that keeps what stands on it: enough of one for what a screen sends. */
class Paper {
  lines: string[] = [''];
  row = 0;
  cursor = true;
  columns = 80;

  write(text: string): void {
    for (const [part] of text.replaceAll('\u001b', '␛').matchAll(/␛\[\??\d*[a-zA-Z]|\r|\n|[^\r\n␛]+/g)) this.take(part);
  }

  surface(): { readonly columns: number; readonly rows: number; readonly colour: boolean } {
    return { columns: this.columns, rows: 24, colour: false };
  }

  private take(part: string): void {
    if (part === '\n') this.row += 1;
    else if (part.endsWith('A')) this.row -= Number(part.slice(2, -1));
    else if (part === '␛[J') this.lines = this.lines.slice(0, this.row);
    else if (part === '␛[?25l') this.cursor = false;
    else if (part === '␛[?25h') this.cursor = true;
    else if (!part.startsWith('␛') && part !== '\r') this.lines[this.row] = part;
  }
}

describe('the screen of the demo', () => {
  it('draws over what it drew before, and leaves the terminal as it was', () => {
    const paper = new Paper();
    paper.write('before\r\n');
    const screen = new Screen(paper);
    screen.draw(() => ['a', 'b', 'c']);
    expect(paper.cursor).to.equal(false);
    screen.draw(() => ['d', 'e']);
    screen.tell('for good');
    screen.draw(() => ['f', 'g']);
    expect(paper.lines).to.deep.equal(['before', 'for good', 'f', 'g']);
    screen.close();
    expect(paper.cursor).to.equal(true);
  });

  it('writes nothing while nothing changes', () => {
    const paper = new Paper();
    const screen = new Screen(paper);
    screen.draw(() => ['a']);
    const { write } = paper;
    let written = 0;
    paper.write = (text): void => {
      written += 1;
      write.call(paper, text);
    };
    screen.draw(() => ['a']);
    expect(written).to.equal(0);
    paper.columns = 40;
    screen.draw(() => ['a']);
    expect(written).to.equal(1);
  });
});
