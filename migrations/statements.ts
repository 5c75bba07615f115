import { type SqlToken, sqlTokens } from '../config/sql-tokens.ts';

/** One statement of an SQL file. `offset`: where `text` begins in the file, in UTF-16 units. */
export interface SqlStatement {
  readonly text: string;
  readonly offset: number;
}

/** A quote, comment or dollar quote that nothing ends; `offset` is where it begins. */
export class Unterminated extends Error {
  readonly offset: number;

  constructor(what: string, offset: number) {
    super(`unterminated ${what}`);
    this.offset = offset;
  }
}

/**
 * The statements of an SQL text, without their semicolons and leading comments; empty ones are left out.
 * Knows quotes, dollar quotes, nested comments and bodies in BEGIN ATOMIC ... END.
 * @throws Unterminated
 */
export function splitStatements(sql: string): SqlStatement[] {
  const statements: SqlStatement[] = [];
  let start: number | undefined;
  let body = new AtomicBody();
  const finish = (end: number) => {
    if (start !== undefined) statements.push({ text: sql.slice(start, end).trimEnd(), offset: start });
    start = undefined;
    body = new AtomicBody();
  };
  for (const { kind, text, offset, ended } of sqlTokens(sql)) {
    if (!ended) throw new Unterminated(nameOf(kind, text), offset);
    if (kind === 'word') body.read(text.toLowerCase());
    if (kind === 'semicolon' && !body.open) finish(offset);
    else if (kind !== 'blank' && kind !== 'comment') start ??= offset;
  }
  finish(sql.length);
  return statements;
}

/** Whether we are inside the body of CREATE FUNCTION ... BEGIN ATOMIC, whose semicolons end no statement (as psql counts). */
class AtomicBody {
  #first = '';
  #last = '';
  #routine = false;
  #depth = 0;

  get open(): boolean {
    return this.#depth > 0;
  }

  read(word: string): void {
    this.#first ||= word;
    if (this.#first === 'create' && (word === 'function' || word === 'procedure')) this.#routine = true;
    if (this.open && (word === 'case' || word === 'begin')) this.#depth++;
    else if (this.open && word === 'end') this.#depth--;
    else if (this.#routine && word === 'atomic' && this.#last === 'begin') this.#depth = 1;
    this.#last = word;
  }
}

const nameOf = (kind: SqlToken['kind'], text: string): string =>
  kind === 'dollar'
    ? `dollar quote ${/^\$[^$]*\$/.exec(text)![0]}`
    : kind === 'comment'
      ? 'comment'
      : 'quote';

/** Line and column, both from 1, of an offset. */
export function place(text: string, offset: number): { line: number; column: number } {
  const before = text.slice(0, offset).split('\n');
  return { line: before.length, column: [...before.at(-1)!].length + 1 };
}
