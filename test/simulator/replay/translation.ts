// What the recorded pool's references, uuids and event tokens are called in the simulated one, learnt from the answers to equal calls.
import type { Answer } from './answer';
import type { WireNode } from './wireTree';

const NAME =
  /OpaqueRef:[0-9a-f]{8}(?:-[0-9a-f]{4}){3}-[0-9a-f]{12}|\b[0-9a-f]{8}(?:-[0-9a-f]{4}){3}-[0-9a-f]{12}\b|\b\d{20},\d{20}\b/g;

function isName(text: string): boolean {
  return text !== '' && text.replace(NAME, '') === '';
}

export class Translation {
  private readonly known = new Map<string, string>();

  /** Every recorded name in a text by its simulated one; unknown names stay. */
  readonly translate = (text: string): string => text.replace(NAME, (name) => this.known.get(name) ?? name);

  /** Two answers to one call: what stands in the same place has the same meaning. */
  learn(real: Answer, simulated: Answer): void {
    if (real.value !== undefined && simulated.value !== undefined) this.pair(real.value, simulated.value);
  }

  private pair(real: WireNode, simulated: WireNode): void {
    this.learnName(real.text, simulated.text);
    const keys = [...real.members.keys()];
    if (keys.some((key) => key.startsWith('OpaqueRef:'))) return this.pairRecords(real, simulated);
    for (const [name, member] of real.members) {
      const other = simulated.members.get(name);
      if (other !== undefined) this.pair(member, other);
    }
    // In longer lists the order means nothing.
    if (real.items.length === 1 && simulated.items.length === 1) this.pair(real.items[0]!, simulated.items[0]!);
  }

  private learnName(real: string, simulated: string): void {
    if (isName(real) && isName(simulated) && !this.known.has(real)) this.known.set(real, simulated);
  }

  /** Records by reference: those already known, then whichever are most alike. */
  private pairRecords(real: WireNode, simulated: WireNode): void {
    const left = new Map(simulated.members);
    for (const [ref, record] of [...real.members].sort(
      ([one], [other]) => Number(this.known.has(other)) - Number(this.known.has(one)),
    )) {
      const candidates = [...left].filter(([other]) => !this.known.has(ref) || this.known.get(ref) === other);
      const best = candidates.sort(([, one], [, other]) => this.likeness(record, other) - this.likeness(record, one))[0];
      if (best === undefined) continue;
      left.delete(best[0]);
      this.learnName(ref, best[0]);
      this.pair(record, best[1]);
    }
  }

  /** Number of fields that say the same. */
  private likeness(real: WireNode, simulated: WireNode): number {
    return [...real.members].filter(
      ([name, member]) => this.shape(member, true) === this.shape(simulated.members.get(name), false),
    ).length;
  }

  private shape(node: WireNode | undefined, recorded: boolean): string {
    if (node === undefined) return '';
    const own = recorded ? this.translate(node.text) : node.text;
    return `${own}|${node.items.length}|${[...node.members.keys()].sort().join()}`;
  }
}
