/** One condition of a scan, as an index could serve it. */
export interface Clause {
  /** The column or expression of the scanned table, as an index would name it. */
  readonly left: string;
  readonly operator: string;
  readonly right: string;
  readonly use: 'equal' | 'range' | 'contained';
}

const uses: Readonly<Record<string, Clause['use']>> = {
  ...{ '=': 'equal', '<': 'range', '>': 'range', '<=': 'range', '>=': 'range' },
  ...{ '@@': 'contained', '@>': 'contained', '&&': 'contained', '~~': 'contained', '~~*': 'contained' },
};

/**
 * "((o.status)::text = 'paid'::text)" looks for equality in status. Null where the condition is none that an index
 * serves: of other operators, of other tables, of two columns of one row.
 * @param aliases of every table of the plan
 */
export function clauseOf(text: string, alias: string | null, aliases: readonly string[]): Clause | null {
  const parts = operandsOf(text);
  if (!parts || alias === null) return null;
  const [left, right] = names(parts.left, alias) ? [parts.left, parts.right] : [parts.right, parts.left];
  const use = uses[parts.operator];
  if (!use || (left !== parts.left && use !== 'equal')) return null;
  if (!names(left, alias) || names(right, alias)) return null;
  if (/\b(SubPlan|InitPlan)\b/.test(left) || aliases.some((other) => other !== alias && names(left, other)))
    return null;
  return { left: keyOf(withoutOwnAlias(left, alias)), operator: parts.operator, right, use };
}

const escaped = (text: string) => text.replace(/[^\w]/g, '\\$&');
const prefix = (alias: string) =>
  /^[a-z_][a-z0-9_$]*$/.test(alias)
    ? `(?<![\\w."])${escaped(alias)}\\.`
    : escaped(`"${alias.replaceAll('"', '""')}".`);

const names = (text: string, alias: string) => new RegExp(prefix(alias)).test(text);

export const withoutOwnAlias = (text: string, alias: string | null): string =>
  alias === null ? text : text.replace(new RegExp(prefix(alias), 'g'), '');

const column = /^\(*("(?:[^"]|"")+"|[a-z_][a-z0-9_$]*)\)*(?:::[\w. ]+)?$/;

/** A column as it is, also under a cast; anything else in parentheses, as an index's expression. */
function keyOf(text: string): string {
  const [, name] = column.exec(text) ?? [];
  if (name !== undefined) return name;
  return isWrapped(text) ? text : `(${text})`;
}

/** Splits at the operator that stands outside of parentheses and strings. */
function operandsOf(text: string): { left: string; operator: string; right: string } | null {
  const inner = isWrapped(text) ? text.slice(1, -1) : text;
  let depth = 0;
  for (let i = 0; i < inner.length; i++) {
    const char = inner[i]!;
    if (char === "'" || char === '"') i = Math.max(i, inner.indexOf(char, i + 1));
    else if (char === '(' || char === '[') depth++;
    else if (char === ')' || char === ']') depth--;
    else if (char === ' ' && depth === 0) {
      const [, operator] = /^ ([-+*/<>=~!@#%^&|`?]+) /.exec(inner.slice(i, i + 12)) ?? [];
      const left = inner.slice(0, i);
      if (operator) return { left: firstOfRow(left), operator, right: inner.slice(i + operator.length + 2) };
      if (!left.includes('::')) return null; // "timestamp with time zone" has spaces
    }
  }
  return null;
}

/** A comparison of rows is one of their first columns, and then of the next. */
const firstOfRow = (text: string) => /^ROW\(([^,()]+),/.exec(text)?.[1] ?? text;

/** Whether the first parenthesis ends with the text. */
function isWrapped(text: string): boolean {
  if (!text.startsWith('(') || !text.endsWith(')')) return false;
  let depth = 0;
  for (let i = 0; i < text.length; i++) {
    if (text[i] === "'") i = Math.max(i, text.indexOf("'", i + 1));
    else if (text[i] === '(') depth++;
    else if (text[i] === ')' && --depth === 0) return i === text.length - 1;
  }
  return false;
}
