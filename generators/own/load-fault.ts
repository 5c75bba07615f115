import { Fault, usage } from '../../config/fault.ts';
import type { OwnTable } from './own-tables.ts';

interface ServerError extends Error {
  readonly code?: string;
  readonly detail?: string;
  readonly where?: string;
  readonly table?: string;
  readonly column?: string;
  readonly constraint?: string;
  /** The unit of work that was being loaded. */
  readonly failedUnit?: { readonly work: string; readonly unit: number };
}

/** What the server refused of generated rows: the table, the row, the column and its law. Undefined: it was something else. */
export function loadFault(error: unknown, tables: readonly OwnTable[], unitRows: number): Fault | undefined {
  if (error instanceof Fault || !(error instanceof Error)) return undefined;
  const { code, detail, where, column, constraint, failedUnit, table: named, message } = error as ServerError;
  // 22: data, 23: integrity; a COPY that lost its connection has neither
  if (code === undefined || !/^(?:22|23|42)/.test(code)) return undefined;
  const table = tables.find(({ schema }) =>
    failedUnit ? schema.label === failedUnit.work : schema.name === named,
  );
  if (!table) return undefined;
  const [, line, copied] = /^COPY [\s\S]*?, line (\d+)(?:, column ([^\n:]+))?/.exec(where ?? '') ?? [];
  const row = line && failedUnit ? failedUnit.unit * unitRows + Number(line) : undefined;
  const check = table.schema.checks.find(({ name }) => name === constraint);
  const columns = [column ?? copied, ...(check?.columns ?? [])].filter((name) => name !== undefined);
  const laws = columns.flatMap((name) => {
    const own = table.laws.columns.get(name);
    return own ? [`${name} (${own.at}, "${own.law.kind}")`] : [];
  });
  const place = [
    table.schema.label,
    ...(row === undefined ? [] : [`row ${row.toLocaleString('en')}`]),
    ...(columns.length > 0 ? [`column ${columns.join(', ')}`] : []),
  ];
  return usage(
    `The server refused ${place.join(', ')}: ${message}.${detail ? ` ${detail}` : ''}${check ? ` ${check.definition}` : ''}`,
    laws.length > 0
      ? `Change the law of ${laws.join(' and ')}. The tables are empty again.`
      : `Change the laws of ${table.schema.label} (${table.laws.at}). The tables are empty again.`,
    error,
  );
}
