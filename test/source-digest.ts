/** Test only: what a database holds, so that two looks at it can be compared. */
import { createHash } from 'node:crypto';
import { readFile } from 'node:fs/promises';
import { join } from 'node:path';
import type { Session } from '../infra/topology/session.ts';

const query = join(import.meta.dirname, 'source-digest.sql');

/** Every object by kind and the rows of every table, each as a digest: a difference names its kind. */
export async function sourceDigest(session: Session): Promise<Record<string, string>> {
  const { rows } = await session.query<{ kind: string; what: string }>(await readFile(query, 'utf8'));
  const kinds = Map.groupBy(rows, ({ kind }) => kind);
  const digests = [...kinds].map(([kind, all]): [string, string] => [
    kind,
    sha256(
      all
        .map(({ what }) => what)
        .sort()
        .join('\n'),
    ),
  ]);
  const { rows: tables } = await session.query<{ name: string }>(
    `SELECT c.oid::regclass::text AS name FROM pg_class AS c
     WHERE c.relkind IN ('r', 'm') AND c.relnamespace::regnamespace::text !~ '^(pg_|information_schema)'`,
  );
  for (const { name } of tables) {
    const { rows: found } = await session.query<{ digest: string }>(
      `SELECT count(*) || ' ' || coalesce(sum(hashtextextended(t::text, 0)), 0) AS digest FROM ${name} AS t /* olympus */`,
    );
    digests.push([`rows of ${name}`, found[0]!.digest]);
  }
  return Object.fromEntries(digests.sort());
}

const sha256 = (text: string): string => createHash('sha256').update(text).digest('hex').slice(0, 16);
