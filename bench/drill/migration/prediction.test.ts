import assert from 'node:assert/strict';
import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { test } from 'node:test';
import { compareLocks } from '../../../analysis/migration/compare-locks.ts';
import { loadParser } from '../../../analysis/migration/parse-sql.ts';
import { predictMigration } from '../../../analysis/migration/predict-migration.ts';
import { connect } from '../../../infra/topology/session.ts';
import { testDatabase } from '../../../test/server.ts';
import { readFiles, readLocks, readScans, rewrittenSince, scannedSince } from './observe-statement.ts';
import { readCatalogue } from './read-catalogue.ts';

const fixtures = join(import.meta.dirname, '../../../analysis/migration/fixtures');
const fixture = (name: string) => readFileSync(join(fixtures, name), 'utf8');

/** Statements that read rows for their answer, and not to change a table: their reads are not predicted. */
const readsForItself = /^(UPDATE|DELETE|INSERT|MERGE|SELECT|COPY|WITH|CREATE (TABLE|MATERIALIZED)|REFRESH)/;

test('what is predicted of a statement is what pg_locks, relfilenode and the scans of its transaction say', async () => {
  await loadParser();
  await using database = await testDatabase('migration');
  const session = database.admin;
  await session.query("SET timezone = 'UTC'");
  await session.query(fixture('schema.sql'));
  await using observer = await connect(database.url, 'olympus-test');
  await observer.query("SET timezone = 'UTC'");
  const { rows } = await session.query<{ pid: number }>('SELECT pg_backend_pid() AS pid');
  const catalogue = await readCatalogue(observer);
  const version = Math.floor(catalogue.serverVersion / 10_000);
  const filled = new Set(
    catalogue.relations
      .filter(({ name }) =>
        /^(customers|orders|refunds|events_[134]|base|child|totals|gen|logs_1|logs_2a|secret)$/.test(name),
      )
      .map(({ schema, name }) => `${schema}.${name}`),
  );
  const before = await readFiles(observer);
  const wrong: object[] = [];
  let exact = 0;
  for (const line of fixture('verdicts.txt').split('\n')) {
    const { since, sql } = /^[a-z ]+ \| (?:(?<since>\d\d) )?(?<sql>.+)$/.exec(line)?.groups ?? {};
    if (sql === undefined || Number(since ?? 0) > version) continue;
    const predicted = predictMigration(sql, catalogue)[0]!;
    await session.query('BEGIN');
    try {
      const read = await readScans(session);
      await session.query(sql);
      const after = await readFiles(session);
      const locks = compareLocks(await readLocks(observer, rows[0]!.pid, before), predicted.locks, predicted);
      const rewritten = rewrittenSince(before, after).sort();
      const scanned = scannedSince(read, await readScans(session), before).filter((name) => filled.has(name));
      const missed = readsForItself.test(sql) ? [] : scanned.filter((name) => !reads(predicted, name));
      const idle = predicted.read.filter(
        (name) => filled.has(name) && !scanned.includes(name) && !/^TRUNCATE|^REFRESH/.test(sql),
      );
      const rebuilt = [...before.values()].some(
        ({ name, kind, file }) =>
          kind === 'index' && [...after.values()].some((one) => one.name === name && one.file !== file),
      );
      const found = {
        locks,
        rewritten: rewritten.join() === [...predicted.rewritten].sort().join() ? [] : rewritten,
        missed,
        idle,
        rebuilt: rebuilt && predicted.verdict === 'safe',
      };
      const agrees =
        locks.length + found.rewritten.length + missed.length + idle.length === 0 && !found.rebuilt;
      if (agrees) exact++;
      else if (predicted.unknown.length === 0) wrong.push({ sql, ...found });
    } finally {
      await session.query('ROLLBACK');
    }
  }
  assert.deepEqual(wrong, []);
  assert.ok(exact >= 280, `${exact} statements were predicted to the letter`);
});

/** A foreign key's check reads the table that it refers to as well. */
const reads = ({ read, locks }: ReturnType<typeof predictMigration>[number], name: string): boolean =>
  read.includes(name) || (read.length > 0 && locks.some(({ relation }) => relation === name));
