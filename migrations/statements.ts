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

// PostgreSQL documentation, "Lexical Structure". Order matters: E'' before identifiers, dollar tags before operators.
const token = new RegExp(
  [
    /(?<blank>\s+|--[^\n]*)/,
    /(?<comment>\/\*)/,
    /(?<quoted>[eE]'[^'\\]*(?:(?:\\[\s\S]|'')[^'\\]*)*'|'[^']*(?:''[^']*)*'|"[^"]*(?:""[^"]*)*")/,
    /(?<dollar>\$(?:[A-Za-z_\u0080-\uffff][\w\u0080-\uffff]*)?\$)/,
    /(?<word>[A-Za-z_\u0080-\uffff][\w$\u0080-\uffff]*)/,
    /(?<end>;)/,
    /(?<other>[\s\S])/,
  ]
    .map(({ source }) => source)
    .join('|'),
  'y',
);

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
  for (let at = 0; at < sql.length; ) {
    token.lastIndex = at;
    const found = token.exec(sql)!;
    const { blank, comment, dollar, word, end, other } = found.groups!;
    if (other === "'" || other === '"') throw new Unterminated('quote', at);
    let next = at + found[0].length;
    if (comment) next = endOfComment(sql, at);
    if (dollar) next = endOfDollarQuote(sql, at, dollar);
    if (word) body.read(word.toLowerCase());
    if (end && !body.open) finish(at);
    else if (!blank && !comment) start ??= at;
    at = next;
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

function endOfComment(sql: string, from: number): number {
  const edge = /\/\*|\*\//g;
  edge.lastIndex = from;
  let depth = 0;
  for (let found = edge.exec(sql); found; found = edge.exec(sql)) {
    depth += found[0] === '/*' ? 1 : -1;
    if (depth === 0) return edge.lastIndex;
  }
  throw new Unterminated('comment', from);
}

function endOfDollarQuote(sql: string, from: number, tag: string): number {
  const close = sql.indexOf(tag, from + tag.length);
  if (close < 0) throw new Unterminated(`dollar quote ${tag}`, from);
  return close + tag.length;
}

/** Line and column, both from 1, of an offset. */
export function place(text: string, offset: number): { line: number; column: number } {
  const before = text.slice(0, offset).split('\n');
  return { line: before.length, column: [...before.at(-1)!].length + 1 };
}
