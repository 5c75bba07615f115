import { hasSqlDetails, loadModule, type Node, parseSync } from 'libpg-query';

/** One statement of an SQL text, as PostgreSQL's own parser reads it. */
export interface ParsedStatement {
  readonly text: string;
  /** Where it begins in the text, in UTF-16 units. */
  readonly offset: number;
  readonly node: Node;
}

/** The parser refuses a text; `offset` is where, in UTF-16 units. */
export class SqlSyntaxError extends Error {
  readonly offset: number;

  constructor(message: string, offset: number) {
    super(message);
    this.offset = offset;
  }
}

/** Loads the parser: once, before `parseSql` and `parseCondition`. */
export const loadParser = loadModule;

/** @throws SqlSyntaxError */
export function parseSql(sql: string): ParsedStatement[] {
  const bytes = Buffer.from(sql);
  return parse(sql).flatMap(({ stmt, stmt_location = 0, stmt_len }) => {
    if (!stmt) return [];
    const raw = bytes.subarray(stmt_location, stmt_len ? stmt_location + stmt_len : undefined).toString();
    const lead = /^(?:\s+|--[^\n]*(?:\n|$)|\/\*[\s\S]*?\*\/)*/.exec(raw)![0].length;
    const offset = bytes.subarray(0, stmt_location).toString().length + lead;
    return [{ text: raw.slice(lead).trimEnd(), offset, node: stmt }];
  });
}

/** A condition or expression on its own; undefined where it is none that this parser knows. */
export function parseCondition(sql: string): Node | undefined {
  try {
    const [first] = parse(`SELECT ${sql}`);
    const select = first?.stmt && 'SelectStmt' in first.stmt ? first.stmt.SelectStmt : undefined;
    const target = select?.targetList?.[0];
    return target && 'ResTarget' in target ? target.ResTarget.val : undefined;
  } catch (error) {
    if (error instanceof SqlSyntaxError) return undefined; // of a newer server's syntax
    throw error;
  }
}

function parse(sql: string) {
  try {
    return parseSync(sql).stmts ?? [];
  } catch (error) {
    if (!hasSqlDetails(error)) throw error;
    const characters = [...sql].slice(0, error.sqlDetails!.cursorPosition);
    throw new SqlSyntaxError(error.message, characters.join('').length);
  }
}
