/** An entry of `pg_restore --list`: "4711; 2606 16400 CONSTRAINT core orders orders_pkey olympus_owner". */
const entry =
  /^\d+; \d+ (\d+) (INDEX(?! ATTACH )|CONSTRAINT|SERVER|USER MAPPING|EVENT TRIGGER|SUBSCRIPTION|PUBLICATION) /;

/** What would reach out to other servers, or act on what is done to the copy. */
const leftOut = new Set(['SERVER', 'USER MAPPING', 'EVENT TRIGGER', 'SUBSCRIPTION', 'PUBLICATION']);
const ordered = new Set(['INDEX', 'CONSTRAINT']);

const kindOf = (line: string): string => entry.exec(line)?.[2] ?? '';
const oidOf = (line: string): number => Number(entry.exec(line)?.[1]);

/**
 * The entries to restore, indexes in the order in which the source made them: of two that cost the same the planner takes the
 * older one, and pg_dump goes by name.
 */
export function restorable(lines: readonly string[]): string[] {
  const kept = lines.filter((line) => !leftOut.has(kindOf(line)));
  const first = kept.findIndex((line) => ordered.has(kindOf(line)));
  if (first < 0) return kept;
  const indexes = kept.filter((line) => ordered.has(kindOf(line))).toSorted((a, b) => oidOf(a) - oidOf(b));
  const others = kept.filter((line) => !ordered.has(kindOf(line)));
  return [...others.slice(0, first), ...indexes, ...others.slice(first)];
}
