import { suggest } from './nearest.ts';

export interface HeaderEntry {
  readonly value: string;
  /** Counts from 1. */
  readonly line: number;
}

export interface HeaderProblem {
  readonly line: number;
  readonly message: string;
}

/** The `-- key: value` lines that a .sql file begins with, what is wrong with them, and the SQL after them. */
export interface SqlHeader<Key extends string> {
  readonly entries: ReadonlyMap<Key, HeaderEntry>;
  readonly problems: readonly HeaderProblem[];
  /** Comments among the header's lines that are no `key: value`: whether they may stand there is the caller's to say. */
  readonly prose: readonly HeaderProblem[];
  readonly body: string;
  /** Line of the body's first line. */
  readonly bodyLine: number;
}

const keyAndValue = /^--\s*([A-Za-z][\w-]*)\s*:\s*(.*)$/;

/**
 * Splits a .sql file into its header and its SQL. The first line that is no comment, or a bare `--`, ends the header:
 * comments after it are prose, and a key among them is a problem, as nobody would read it. A value goes on in the next
 * line when that line is indented by three or more spaces after the `--`.
 */
export function readSqlHeader<Key extends string>(text: string, keys: readonly Key[]): SqlHeader<Key> {
  const lines = text.replace(/^\uFEFF/, '').split(/\r?\n/);
  const entries = new Map<Key, HeaderEntry>();
  const problems: HeaderProblem[] = [];
  const prose: HeaderProblem[] = [];
  let last: Key | undefined;
  let at = 0;
  for (; at < lines.length && /^--\s*\S/.test(lines[at]!); at++) {
    const line = at + 1;
    const wrong = (message: string) => problems.push({ line, message });
    const [, continuation] = /^--\s{3,}(\S.*)$/.exec(lines[at]!) ?? [];
    if (continuation !== undefined && last) {
      const before = entries.get(last)!;
      entries.set(last, { ...before, value: `${before.value} ${continuation.trim()}`.trim() });
      continue;
    }
    const [, named, value] = keyAndValue.exec(lines[at]!) ?? [];
    const key = keys.find((each) => each === named);
    last = undefined;
    if (named === undefined)
      prose.push({ line, message: `"${lines[at]}" is no header line (\`-- key: value\`).` });
    else if (key === undefined) wrong(`Unknown key "${named}". ${suggest(named, keys)}`);
    else if (entries.has(key)) wrong(`Key "${key}" is given twice.`);
    else {
      entries.set(key, { value: value!.trim(), line });
      last = key;
    }
  }
  for (let after = at; lines[after]?.startsWith('--'); after++) {
    const [, named] = keyAndValue.exec(lines[after]!) ?? [];
    if (keys.some((each) => each === named))
      problems.push({
        line: after + 1,
        message: `Key "${named}" comes after the bare "--" that ends the header.`,
      });
  }
  return { entries, problems, prose, body: lines.slice(at).join('\n'), bodyLine: at + 1 };
}
