import { readFileSync } from 'node:fs';

/** The statements of a .sql file beside this one, by the names in their `-- name:` lines. */
export function queries<Name extends string>(
  file: string | URL,
  ...names: readonly Name[]
): Record<Name, string> {
  const text = readFileSync(new URL(file, import.meta.url), 'utf8');
  const found = Object.fromEntries(
    text
      .split(/^-- name: /m)
      .slice(1)
      .map((part) => [part.slice(0, part.indexOf('\n')).trim(), part.slice(part.indexOf('\n') + 1)]),
  );
  for (const name of names) if (!found[name]) throw new Error(`${file} has no statement "${name}"`);
  return found as Record<Name, string>;
}
