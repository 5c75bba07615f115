import { sqlTokens } from '../../../config/sql-tokens.ts';

/** A value that stands in an SQL text. */
export interface Literal {
  readonly start: number;
  readonly end: number;
  readonly kind: 'number' | 'text';
  readonly value: string;
  /** `date`, `interval`: the type before the value, which a parameter must have behind it. */
  readonly type?: string;
}

const typed = /^(?:interval|date|time|timestamp|timestamptz|inet|uuid|numeric)$/i;
const withSize =
  /^(?:numeric|decimal|varchar|char|character|varying|bit|timestamp|timestamptz|time|timetz|interval|float|nchar|bpchar)$/i;
const clause =
  /^(?:limit|offset|having|window|for|union|intersect|except|fetch|where|from|select|returning)$/i;
const number = /(?:\d[\d_]*(?:\.\d+)?|\.\d+)(?:[eE][+-]?\d+)?/y;

/**
 * The values that a statement holds and could as well be given as parameters: not places of a list (ORDER BY 1), sizes of
 * a type (numeric(5, 2)), nor strings with escapes.
 */
export function literalsOf(sql: string): Literal[] {
  const literals: Literal[] = [];
  const parens: boolean[] = []; // of each that is open, whether it holds the size of a type
  let list: number | null = null; // the depth of an ORDER BY or GROUP BY
  let [before, word, begin] = ['', '', 0]; // the token before that is no blank, the word before, and where that began
  let skipUntil = 0;
  for (const { kind, text, offset } of sqlTokens(sql)) {
    if (offset < skipUntil || kind === 'blank' || kind === 'comment') continue;
    const touching = offset > 0 && /[\w$]/.test(sql[offset - 1]!);
    number.lastIndex = offset;
    const [digits] = (kind === 'other' && number.exec(sql)) || [];
    if (digits !== undefined) {
      skipUntil = offset + digits.length;
      const place = list === parens.length && (before === ',' || /^by$/i.test(before));
      const fixed = place || parens.at(-1) || /^(?:first|next)$/i.test(before);
      if (!fixed)
        literals.push({ start: offset, end: skipUntil, kind: 'number', value: digits.replaceAll('_', '') });
      before = digits;
      continue;
    }
    if (kind === 'quoted' && text.startsWith("'") && !touching) {
      const type = typed.test(before) ? before : undefined;
      const long = /^(?:zone|precision|varying)$/i.test(before); // timestamp with time zone '...'
      if (!long)
        literals.push({
          ...{ start: type ? begin : offset, end: offset + text.length, kind: 'text' },
          ...{ value: text.slice(1, -1).replaceAll("''", "'"), ...(type && { type }) },
        });
    } else if (kind === 'word') {
      if (/^by$/i.test(text) && /^(?:order|group|partition)$/i.test(word)) list = parens.length;
      else if (clause.test(text) && list === parens.length) list = null;
      [word, begin] = [text, offset];
    } else if (text === '(') parens.push(withSize.test(before));
    else if (text === ')') {
      if (list === parens.length) list = null;
      parens.pop();
    }
    before = text;
  }
  return literals;
}

/** The text with its values replaced. */
export function replaceLiterals(
  sql: string,
  literals: readonly Literal[],
  by: (literal: Literal, index: number) => string,
): string {
  let [text, at] = ['', 0];
  for (const [i, literal] of literals.entries()) {
    text += sql.slice(at, literal.start) + by(literal, i);
    at = literal.end;
  }
  return text + sql.slice(at);
}
