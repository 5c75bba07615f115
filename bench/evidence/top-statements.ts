import { readdir, readFile } from 'node:fs/promises';
import { join } from 'node:path';
import type { Statement } from '../../scenarios/statement.ts';
import type { EdgeReader, StatementCounters } from './edges.ts';
import { normalisedText } from './statement-text.ts';

/** One statement of the window. `name` is the catalogue's where it was recognised. */
export interface StatementEvidence extends Omit<StatementCounters, 'key'> {
  readonly name: string | null;
  readonly query: string;
  /** Share of the execution time of all statements, in percent. */
  readonly timePct: number;
}

/**
 * The statements that took most time, without those of the observer, whose time is told by itself. Nested ones (of functions) are left out: their time is their callers' already.
 */
export async function topStatements(
  counted: readonly StatementCounters[],
  edges: EdgeReader,
  catalogue: readonly Statement[],
  most: number,
): Promise<{ statements: StatementEvidence[]; observerMs: number }> {
  const own = await ownTexts();
  const names = new Map(catalogue.map(({ sql, name }) => [normalisedText(sql), name]));
  const outer = counted.filter(({ toplevel }) => toplevel).sort((a, b) => b.execution_ms - a.execution_ms);
  const total = outer.reduce((sum, { execution_ms }) => sum + execution_ms, 0);
  const texts = await edges.texts(outer.map(({ query_id }) => query_id));
  const statements: StatementEvidence[] = [];
  let observerMs = 0;
  for (const { key: _, ...statement } of outer) {
    const query = texts.get(statement.query_id);
    if (query === undefined) continue;
    const text = normalisedText(query);
    if (own.has(text)) observerMs += statement.execution_ms;
    else if (statements.length < most)
      statements.push({
        ...statement,
        query: query.replace(/^\s*prepare olympus_\w+ as\s+/i, ''), // the user's statement, whoever prepared it first
        name: names.get(text) ?? null,
        timePct: total > 0 ? (100 * statement.execution_ms) / total : 0,
      });
  }
  return { statements, observerMs };
}

/** Everything that this folder sends each second or at the edges. */
async function ownTexts(): Promise<Set<string>> {
  const files = (await readdir(import.meta.dirname)).filter((name) => name.endsWith('.sql'));
  const texts = await Promise.all(files.map((file) => readFile(join(import.meta.dirname, file), 'utf8')));
  return new Set(texts.map(normalisedText));
}
