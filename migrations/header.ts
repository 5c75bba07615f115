import { usage } from '../config/fault.ts';
import { readSqlHeader } from '../config/sql-header.ts';

/** What the leading `-- key: value` lines of a migration say about how it is run. */
export interface Header {
  readonly what: string;
  /** off: statements run one by one outside a transaction, and must bear being run again (IF NOT EXISTS). */
  readonly transaction: 'on' | 'off';
  /** As PostgreSQL writes times: "5s", "200ms". */
  readonly lock_timeout: string;
  readonly statement_timeout: string;
  /** How often the script is tried when it gets no lock within lock_timeout. */
  readonly lock_attempts: number;
}

const defaults: Header = {
  what: '',
  transaction: 'on',
  lock_timeout: '5s',
  statement_timeout: '0',
  lock_attempts: 4,
};

const time = /^(0|[1-9]\d*(ms|s|min|h))$/;
const readers: { [Key in keyof Header]: (value: string) => Header[Key] | undefined } = {
  what: (value) => value,
  transaction: (value) => (value === 'on' || value === 'off' ? value : undefined),
  lock_timeout: (value) => (time.test(value) ? value : undefined),
  statement_timeout: (value) => (time.test(value) ? value : undefined),
  lock_attempts: (value) => (/^[1-9]\d?$/.test(value) ? Number(value) : undefined),
};

/**
 * Reads the header of a migration; among its lines prose may stand.
 * @throws Fault (usage) with file and line for an unknown key or a value it cannot have.
 */
export function readHeader(text: string, file: string): Header {
  const header: Record<string, unknown> = { ...defaults };
  const keys = Object.keys(readers) as (keyof Header)[];
  const { entries, problems } = readSqlHeader(text, keys);
  if (problems[0])
    throw usage(
      `${file}:${problems[0].line}: ${problems[0].message}`,
      'A header is lines of `-- key: value`; write prose after a bare `--`.',
    );
  for (const [key, { value, line }] of entries) {
    const parsed = readers[key](value);
    if (parsed === undefined)
      throw usage(
        `${file}:${line}: "${value}" is no ${key}.`,
        'transaction is on or off; times are written 200ms, 5s, 10min; lock_attempts is 1 to 99.',
      );
    header[key] = parsed;
  }
  return header as unknown as Header;
}
