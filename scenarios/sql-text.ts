/** What the catalogue must know of an SQL text, without parsing SQL. */
export interface SqlText {
  /** The numbers of its `$n`, each once, ascending. */
  readonly parameters: readonly number[];
  /** How many statements it holds; an empty one after the last `;` does not count. */
  readonly statements: number;
  /** The text without the last `;` and what follows it, when it is one statement. */
  readonly single: string;
}

// Quoted text and comments, in which `$1` and `;` mean nothing; then what we look for. E'' strings alone know
// backslash escapes (PostgreSQL manual, 4.1.2.2). A dollar-quote's tag must not follow an identifier's letter.
const token =
  /--[^\n]*|\/\*|\b[eE]'(?:[^'\\]|''|\\[\s\S])*'|'(?:[^']|'')*'|"(?:[^"]|"")*"|(?<![\w$])\$([A-Za-z_]\w*)?\$|(?<![\w$])\$(\d+)|;/g;

/** Reads `sql` once; comments nest as PostgreSQL's do. */
export function readSqlText(sql: string): SqlText {
  const parameters = new Set<number>();
  const ends: number[] = [];
  token.lastIndex = 0;
  for (let match = token.exec(sql); match; match = token.exec(sql)) {
    const [text, , parameter] = match;
    if (text === '/*') token.lastIndex = endOfComment(sql, match.index);
    else if (parameter !== undefined) parameters.add(Number(parameter));
    else if (text === ';') ends.push(match.index);
    else if (text.startsWith('$')) token.lastIndex = endOfDollarQuote(sql, match.index, text);
  }
  const pieces = [0, ...ends.map((end) => end + 1)].map((start, i) =>
    sql.slice(start, ends[i] ?? sql.length),
  );
  return {
    parameters: [...parameters].sort((a, b) => a - b),
    statements: pieces.filter((piece) => withoutComments(piece).trim() !== '').length,
    single: (ends.length > 0 ? sql.slice(0, ends[0]) : sql).trim(),
  };
}

/** The text with each of its parameters, `$1` and so on, replaced. */
export function replaceParameters(sql: string, by: (parameter: number) => string): string {
  let [text, copied] = ['', 0];
  token.lastIndex = 0;
  for (let match = token.exec(sql); match; match = token.exec(sql)) {
    const [found, , parameter] = match;
    if (found === '/*') token.lastIndex = endOfComment(sql, match.index);
    else if (parameter !== undefined) {
      text += sql.slice(copied, match.index) + by(Number(parameter));
      copied = token.lastIndex;
    } else if (found.startsWith('$')) token.lastIndex = endOfDollarQuote(sql, match.index, found);
  }
  return text + sql.slice(copied);
}

function endOfComment(sql: string, start: number): number {
  let depth = 0;
  for (let i = start; i < sql.length; i++) {
    if (sql.startsWith('/*', i)) [depth, i] = [depth + 1, i + 1];
    else if (sql.startsWith('*/', i)) [depth, i] = [depth - 1, i + 1];
    if (depth === 0) return i + 1;
  }
  return sql.length;
}

function endOfDollarQuote(sql: string, start: number, tag: string): number {
  const end = sql.indexOf(tag, start + tag.length);
  return end < 0 ? sql.length : end + tag.length;
}

/** Good enough to see whether a piece is empty: what it leaves of quoted comment marks is not empty either. */
const withoutComments = (sql: string) => sql.replace(/--[^\n]*/g, '').replace(/\/\*[\s\S]*\*\//g, '');
