import assert from 'node:assert/strict';
import { test } from 'node:test';
import { clusterWide } from './cluster-wide.ts';
import { loadParser } from './parse-sql.ts';

await loadParser();

test('what acts on the whole server is named, wherever it stands', () => {
  for (const [sql, name] of [
    ['CREATE INDEX ON t (a); CREATE ROLE r', 'CREATE ROLE'],
    ["create user u password 'x'", 'CREATE ROLE'],
    ["ALTER ROLE r SET work_mem = '1MB'", 'ALTER ROLE ... SET'],
    ['GRANT a TO b', 'GRANT of a role'],
    ['/* quiet */ ALTER SYSTEM SET work_mem = 1', 'ALTER SYSTEM'],
    ["CREATE TABLESPACE x LOCATION '/x'", 'CREATE TABLESPACE'],
    ['ALTER DATABASE d SET work_mem = 1', 'ALTER DATABASE ... SET'],
    ['ALTER DATABASE d RENAME TO e', 'a change of a database'],
    ['ALTER ROLE r RENAME TO s', 'a change of a role'],
    ["COMMENT ON DATABASE d IS 'x'", 'a change of a database'],
    ['DROP OWNED BY r', 'DROP OWNED'],
    ["DO $$ BEGIN EXECUTE 'alter  system set work_mem = 1'; END $$", 'ALTER SYSTEM'],
    ["COPY t TO PROGRAM 'cat'", 'COPY to a file or program of the server'],
  ] as const)
    assert.deepEqual(clusterWide(sql), [name], sql);
});

test('what stays within the database is not, whatever words it holds', () => {
  for (const sql of [
    "INSERT INTO notes VALUES ('CREATE ROLE r; ALTER SYSTEM')",
    'CREATE INDEX CONCURRENTLY ON t (a); SET work_mem = 1; SET ROLE r',
    'GRANT SELECT ON t TO r; ALTER TABLE t OWNER TO r; CREATE POLICY p ON t TO r USING (true)',
    'DO $$ BEGIN PERFORM 1; END $$',
    "COMMENT ON TABLE t IS 'DROP DATABASE'; ALTER TABLE database RENAME TO role",
    'CREATE USER MAPPING FOR r SERVER s',
    'COPY t FROM STDIN',
  ])
    assert.deepEqual(clusterWide(sql), [], sql);
});
