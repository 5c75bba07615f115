import { readFile } from 'node:fs/promises';
import { join } from 'node:path';
import { usage } from '../config/fault.ts';

export const aliasesName = 'aliases.json';

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
