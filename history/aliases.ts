import { readFile } from 'node:fs/promises';
import { join } from 'node:path';
import { usage } from '../config/fault.ts';

const aliasesName = 'aliases.json';

/** What a metric is called now; one that was never renamed keeps its name. */
export type Aliases = (name: string) => string;

/**
 * Reads the alias file of a folder of runs: an object of old names and new ones. A whole prefix is renamed by a name that
 * ends in "*" on both sides.
 * @throws Fault (usage) for a file that is none, and for names that go round in a circle
 */
export async function readAliases(root: string): Promise<Aliases> {
  const file = join(root, aliasesName);
  const text = await readFile(file, 'utf8').catch(() => null);
  if (text === null) return (name) => name;
  const pairs = Object.entries(parsed(file, text));
  const rename = (name: string) => {
    for (const [from, to] of pairs) {
      if (from === name) return to;
      if (from.endsWith('*') && to.endsWith('*') && name.startsWith(from.slice(0, -1)))
        return to.slice(0, -1) + name.slice(from.length - 1);
    }
    return null;
  };
  return (name) => {
    let now = name;
    for (let step = 0; step <= pairs.length; step++) {
      const next = rename(now);
      if (next === null || next === now) return now;
      now = next;
    }
    throw usage(`${file} renames "${name}" in a circle.`, 'Remove one of its names.');
  };
}

function parsed(file: string, text: string): Record<string, string> {
  try {
    const data: unknown = JSON.parse(text);
    if (typeof data === 'object' && data !== null && !Array.isArray(data))
      if (Object.values(data).every((value) => typeof value === 'string'))
        return data as Record<string, string>;
  } catch {} // told below
  throw usage(
    `${file} is no object of old and new names.`,
    'For example: {"orders/recent *": "orders/newest *"}',
  );
}

/**
 * What metrics were called before, made from the name that each has now. The index is built from the runs and knows only
 * the new names; what people typed, wrote down and bookmarked goes on finding its series. A figure that is renamed gets a
 * line here.
 */
const former: readonly (readonly [now: RegExp, before: string])[] = [
  [/^plans (\S+) (\S+) (\S+), buffers$/, '$1 as $2, $3, pages'],
  [/^pagination (\S+) (.+) (\S+) (\d+), buffers$/, '$1 $2 $3 at $4, pages'],
  [/^index (.+), wal per (insert|update)$/, '$1, WAL per $2'],
  [/^rls, foreign rows$/, 'rows of another tenant'],
  [/^rls (\S+) (\S+) (\S+), overhead$/, '$1 policy $2, $3, time against owner'],
  [/^load (\S+) (open|closed) (\S+)(?: at .+)?, (response|service) (p50|p99)$/, '$1 $2 via $3, $4 $5'],
  [/^load (\S+) (open|closed) (\S+)(?: at .+)?, achieved rate$/, '$1 $2 via $3, achieved rate'],
  [/^load (\S+) (open|closed) (\S+)(?: at .+)?, wal per request$/, '$1 $2 via $3, WAL per request'],
  [/^lag (\S+), lag (p50|p99)$/, '$1, lag $2'],
  [/^micro (.+), (p50|p99)$/, '$1, $2'],
  [/^dataset (\S+), bytes$/, '$1, size'],
];

/** The former name of a metric; null: it never had another one. */
export function formerName(now: string): string | null {
  const found = former.find(([pattern]) => pattern.test(now));
  return found ? now.replace(...found) : null;
}
