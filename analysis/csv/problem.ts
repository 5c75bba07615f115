/** What is wrong with somebody's data, where (1-based, as editors count), and what to do about it. */
export class DataProblem extends Error {
  override readonly name = 'DataProblem';
  readonly line: number;
  readonly column: number;
  readonly next: string;

  constructor({ line, column }: { line: number; column: number }, message: string, next: string) {
    super(message);
    this.line = line;
    this.column = column;
    this.next = next;
  }
}
