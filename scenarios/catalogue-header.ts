import { type HeaderEntry, readSqlHeader, type SqlHeader } from '../config/sql-header.ts';

/** Something wrong in a file of the catalogue; `line` counts from 1. */
export interface Problem {
  readonly file: string;
  readonly line: number;
  readonly message: string;
}

export interface CatalogueHeader<Key extends string> extends Pick<SqlHeader<Key>, 'body' | 'bodyLine'> {
  /** An absent key is empty, on the first line. */
  entry(key: Key): HeaderEntry;
  has(key: Key): boolean;
  /** The value of a key that must be there; reports it when it is not. */
  required(key: Key): string;
}

/** The header of a statement or a source, in which every line is a key. Reports what is wrong to `problems`. */
export function readCatalogueHeader<Key extends string>(
  file: string,
  text: string,
  keys: readonly Key[],
  problems: Problem[],
): CatalogueHeader<Key> {
  const { entries, body, bodyLine, ...wrong } = readSqlHeader(text, keys);
  for (const each of [...wrong.problems, ...wrong.prose]) problems.push({ file, ...each });
  const entry = (key: Key) => entries.get(key) ?? { value: '', line: 1 };
  const required = (key: Key) => {
    const { value } = entry(key);
    if (value === '') problems.push({ file, line: 1, message: `The header lacks "-- ${key}: ...".` });
    return value;
  };
  return { body, bodyLine, entry, required, has: (key) => entries.has(key) };
}
