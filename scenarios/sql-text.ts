import { sqlTokens } from '../config/sql-tokens.ts';

/** What the catalogue must know of an SQL text, without parsing SQL. */
export interface SqlText {
  /** The numbers of its `$n`, each once, ascending. */
  readonly parameters: readonly number[];
  /** How many statements it holds; an empty one after the last `;` does not count. */
  readonly statements: number;
  /** The text without the last `;` and what follows it, when it is one statement. */
  readonly single: string;
}

export function readSqlText(sql: string): SqlText {
  const tokens = [...sqlTokens(sql)];
  const end = tokens.find(({ kind }) => kind === 'semicolon')?.offset;
  let statements = 0;
  let empty = true;
  for (const { kind } of tokens)
    if (kind === 'semicolon') empty = true;
    else if (kind !== 'blank' && kind !== 'comment') {
      if (empty) statements++;
      empty = false;
    }
  return {
    parameters: [...new Set(tokens.filter(isParameter).map(numberOf))].sort((a, b) => a - b),
    statements,
    single: sql.slice(0, end).trim(),
  };
}

/** The text with each of its parameters, `$1` and so on, replaced. */
export const replaceParameters = (sql: string, by: (parameter: number) => string): string =>
  [...sqlTokens(sql)].map((token) => (isParameter(token) ? by(numberOf(token)) : token.text)).join('');

const isParameter = ({ kind }: { kind: string }) => kind === 'parameter';
const numberOf = ({ text }: { text: string }) => Number(text.slice(1));
