/** A piece of an SQL text. All of them, one after another, are the text. */
export interface SqlToken {
  readonly kind: 'blank' | 'comment' | 'quoted' | 'dollar' | 'parameter' | 'word' | 'semicolon' | 'other';
  readonly text: string;
  /** Where it begins, in UTF-16 units. */
  readonly offset: number;
  /** False of a quote, a comment or a dollar quote that nothing ends: it goes on to the end of the text. */
  readonly ended: boolean;
}

// PostgreSQL manual, 4.1 "Lexical Structure". Order matters: E'' before words, dollar tags before parameters. A tag or a
// parameter must not follow a letter or a digit.
const token = new RegExp(
  [
    /(?<blank>\s+)/,
    /(?<comment>--[^\n]*|\/\*)/,
    /(?<quoted>[eE]'[^'\\]*(?:(?:\\[\s\S]|'')[^'\\]*)*'|'[^']*(?:''[^']*)*'|"[^"]*(?:""[^"]*)*")/,
    /(?<dollar>(?<![\w$\u0080-\uffff])\$(?:[A-Za-z_\u0080-\uffff][\w\u0080-\uffff]*)?\$)/,
    /(?<parameter>(?<![\w$\u0080-\uffff])\$\d+)/,
    /(?<word>[A-Za-z_\u0080-\uffff][\w$\u0080-\uffff]*)/,
    /(?<semicolon>;)/,
    /(?<other>[\s\S])/,
  ]
    .map(({ source }) => source)
    .join('|'),
  'y',
);

/** Reads an SQL text once: quotes, dollar quotes, and comments, which nest as PostgreSQL's do. */
export function* sqlTokens(sql: string): Generator<SqlToken> {
  for (let offset = 0; offset < sql.length; ) {
    token.lastIndex = offset;
    const { groups, 0: found } = token.exec(sql)!;
    const [name] = Object.entries(groups!).find(([, text]) => text !== undefined)!;
    const unended = found === "'" || found === '"';
    const kind = unended ? 'quoted' : (name as SqlToken['kind']);
    const end = unended
      ? undefined
      : found === '/*'
        ? endOfComment(sql, offset)
        : kind === 'dollar'
          ? endOfDollarQuote(sql, offset, found)
          : offset + found.length;
    const text = sql.slice(offset, end);
    yield { kind, text, offset, ended: end !== undefined };
    offset += text.length;
  }
}

function endOfComment(sql: string, from: number): number | undefined {
  const edge = /\/\*|\*\//g;
  edge.lastIndex = from;
  let depth = 0;
  for (let found = edge.exec(sql); found; found = edge.exec(sql)) {
    depth += found[0] === '/*' ? 1 : -1;
    if (depth === 0) return edge.lastIndex;
  }
  return undefined;
}

function endOfDollarQuote(sql: string, from: number, tag: string): number | undefined {
  const close = sql.indexOf(tag, from + tag.length);
  return close < 0 ? undefined : close + tag.length;
}
