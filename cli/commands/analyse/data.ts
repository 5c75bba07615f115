import { readFile } from 'node:fs/promises';
import { indexOf } from '../../../analysis/compare/pairing.ts';
import { parseCsv, type Table } from '../../../analysis/csv/parse.ts';
import { DataProblem } from '../../../analysis/csv/problem.ts';
import { decodeText } from '../../../analysis/text/decode-text.ts';
import { usage } from '../../../config/fault.ts';
import { suggest } from '../../../config/nearest.ts';

export interface Sheet {
  readonly file: string;
  readonly table: Table;
}

/** @throws Fault (usage) when there is no such text file. */
export async function readText(file: string): Promise<string> {
  const bytes = await readFile(file).catch((cause: NodeJS.ErrnoException) => {
    const why =
      { ENOENT: 'there is no such file', EISDIR: 'this is a folder', EACCES: 'this file may not be read' }[
        cause.code ?? ''
      ] ?? cause.message;
    throw usage(`${file}: ${why}.`, 'Check the path.', cause);
  });
  const text = decodeText(bytes);
  if (text.includes('\0')) throw usage(`${file}: this is no text file.`, 'Give a plain text file.');
  return text;
}

/** @throws Fault (usage) naming file:line:column. */
export async function readSheet(file: string): Promise<Sheet> {
  const text = await readText(file);
  return { file, table: located(file, () => parseCsv(text)) };
}

/** Runs `work` and says of which file its problem is. */
export function located<T>(file: string, work: () => T): T {
  try {
    return work();
  } catch (error) {
    if (!(error instanceof DataProblem)) throw error;
    throw usage(`${file}:${error.line}:${error.column}: ${error.message}.`, error.next, error);
  }
}

/** @throws Fault (usage) with the nearest name when there is no such column. */
export function columnNamed({ file, table }: Sheet, name: string): number {
  const index = indexOf(table, name);
  if (index !== -1) return index;
  const line = table.rows[0]![0]!.line;
  throw usage(
    `${file}:${table.hasHeader ? 1 : line}:1: there is no column "${name}".`,
    suggest(name, table.names),
  );
}

/** @throws Fault (usage) when a command got another number of files than it takes. */
export function take(count: number, files: readonly string[], example: string): readonly string[] {
  if (files.length === count) return files;
  throw usage(
    `This takes ${count === 1 ? 'one file' : `${count} files`}, not ${files.length}.`,
    `For example: ${example}`,
  );
}
