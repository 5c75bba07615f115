import { columnOf, type Line } from '../source/line.ts';
import { figuresBegin, readNodeLine } from './node-line.ts';
import { isClosed } from './quotes.ts';
import { isRoot, readLine, rowCount } from './text-line.ts';

/** A line at which a plan above it ends, when its root stands at this column or further right. */
interface Stop {
  readonly index: number;
  readonly column: number;
  /** The next stop further left; it ends what this one does not. */
  next: number;
}

const known = new WeakMap<readonly Line[], PlanEnds>();

/** Where the plan ends whose root is line `from`: at the next line that begins a plan, or at psql's count of rows. */
export function planEnd(lines: readonly Line[], from: number): number {
  let ends = known.get(lines);
  if (!ends) {
    ends = new PlanEnds(lines);
    known.set(lines, ends);
  }
  return ends.after(from);
}

/** Every root asks for its end, and a file may hold as many roots as lines: so all stops are found in one pass. */
class PlanEnds {
  readonly #lines: readonly Line[];
  readonly #stops: Stop[] = [];

  constructor(lines: readonly Line[]) {
    this.#lines = lines;
    for (let index = 1; index < lines.length; index++) {
      const { text } = lines[index]!;
      if (rowCount(text) !== null) this.#stops.push({ index, column: -1, next: -1 });
      else if (isRoot(text) === 'by figures' && !isOpen(lines[index - 1]!.text))
        this.#stops.push({ index, column: columnOf(text), next: -1 });
    }
    this.#link();
  }

  #link(): void {
    const waiting: Stop[] = [];
    for (const [at, stop] of this.#stops.entries()) {
      while (waiting.length > 0 && waiting.at(-1)!.column > stop.column) waiting.pop()!.next = at;
      waiting.push(stop);
    }
  }

  after(from: number): number {
    const column = columnOf(this.#lines[from]!.text);
    let at = this.#firstAfter(from);
    while (at >= 0 && this.#stops[at]!.column > column) at = this.#stops[at]!.next;
    return at < 0 ? this.#lines.length : this.#stops[at]!.index;
  }

  #firstAfter(from: number): number {
    let [low, high] = [0, this.#stops.length];
    while (low < high) {
      const middle = (low + high) >> 1;
      if (this.#stops[middle]!.index > from) high = middle;
      else low = middle + 1;
    }
    return low < this.#stops.length ? low : -1;
  }
}

/** The line goes on in the next: a node without its figures, a condition with an open bracket. */
function isOpen(text: string): boolean {
  const line = readLine(text);
  if (line.kind === 'node') return !hasFigures(line.text);
  if (line.kind === 'property') return !isClosed(line.value);
  return figuresBegin.test(text) && !hasFigures(text.trim());
}

export const hasFigures = (text: string): boolean => {
  const read = readNodeLine(text);
  return typeof read !== 'string' && read.figures;
};
