import assert from 'node:assert/strict';
import { chmodSync, mkdirSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { after, test } from 'node:test';
import { silent } from '../../config/progress.ts';
import { testCache, topologyFolders } from '../../test/local-cache.ts';
import { setArchiving } from '../local/archiving.ts';
import { startLocal } from '../local/local.ts';
import { ownPrimary } from '../local/own-primary.ts';
import { connect } from '../topology/session.ts';
import { checkArchive } from './check-archive.ts';
import { compareFiles } from './check-files.ts';
import { checkServer } from './check-server.ts';
import { createBackup, makeRepository, systemOf } from './create-backup.ts';
import { databaseDigest } from './database-digest.ts';
import { flushArchive } from './flush-archive.ts';
import { hashTree } from './hash-tree.ts';
import { chooseRecovery } from './recovery-target.ts';
import { backupData, listBackups, listWal, repositoryOf, walFolder } from './repository.ts';
import { restoreServer } from './restore-server.ts';

/** One primary whose WAL is archived, and one backup of it; the tests of this file follow each other. */
const cache = await testCache();
const { signal } = new AbortController();
const topology = await startLocal(cache.options({ name: 'source' }));
const primary = topology.get('primary');
const url = primary.url('admin');
const own = await ownPrimary(primary, { lifetime: 'tied', cache: cache.cache, progress: silent, signal });
const folder = join(cache.cache, "it's 100% mine"); // the shell and PostgreSQL both read this name
mkdirSync(folder);
chmodSync(folder, 0o755);
const repository = repositoryOf(folder, await systemId());

async function systemId() {
  await using admin = await connect(url);
  return await systemOf(admin);
}

after(async () => {
  await topology[Symbol.asyncDispose]();
  cache[Symbol.dispose]();
});

const restore = async (to: string) => {
  const recovery = chooseRecovery(to, listBackups(repository).backups, []);
  const options = { cache: cache.cache, postgres: own.site.build.bin, progress: silent, signal };
  return await restoreServer(repository, recovery, { ...options, lifetime: 'tied' });
};

/** Changes one byte in the middle of a file, and returns what undoes it. */
function flipByte(path: string): () => void {
  const bytes = readFileSync(path);
  const damaged = Buffer.from(bytes);
  damaged[damaged.length >> 1]! ^= 1;
  writeFileSync(path, damaged);
  return () => writeFileSync(path, bytes);
}

let beforeDamage = '';

test('what was written after a backup is restored up to the moment before it was damaged, and nothing later', async () => {
  await makeRepository(own, repository);
  await setArchiving(own, walFolder(repository));
  await using admin = await connect(url);
  await admin.query('CREATE TABLE kept (n int PRIMARY KEY, word text); INSERT INTO kept VALUES (1, $$one$$)');
  const manifest = await createBackup(own, repository, { url, hashRows: true });
  assert.equal(manifest.digest?.value, (await databaseDigest(admin)).value);
  assert.equal(manifest.archived, true);
  await admin.query('INSERT INTO kept SELECT n, n::text FROM generate_series(2, 500) n');
  const wanted = await databaseDigest(admin);
  beforeDamage = (await admin.query<{ lsn: string }>('SELECT pg_current_wal_lsn()::text AS lsn')).rows[0]!
    .lsn;
  await admin.query("UPDATE kept SET word = 'lost'");
  await admin.query('DROP TABLE kept');
  await flushArchive(admin, repository, signal);
  const { topology: server, restored } = await restore(beforeDamage);
  {
    await using restoredServer = server;
    await using session = await connect(restoredServer.get('primary').url('admin'));
    const { digest, findings, amchecked } = await checkServer(session, wanted);
    assert.deepEqual(findings, []);
    assert.equal(digest.value, wanted.value);
    assert.ok(amchecked === null || amchecked.indexes > 0);
    const { rows } = await session.query(
      'SELECT pg_is_in_recovery() AS recovering, current_setting($1) AS mode',
      ['archive_mode'],
    );
    assert.deepEqual(rows, [{ recovering: false, mode: 'off' }]); // its WAL must not get into the archive
    assert.ok(restored.log.walFiles > 0);
    await session.query('UPDATE kept SET word = $1 WHERE n = 7', ['other']);
    assert.deepEqual((await checkServer(session, wanted)).findings, [
      'public.kept: its 500 rows are not the same.',
    ]);
  }
  assert.equal(topologyFolders(cache.cache).length, 1); // of the restored server nothing is left
});

test('the end of the archive is what the primary holds; a time that the archive does not reach is refused', async () => {
  const { topology: server } = await restore('latest');
  await using restoredServer = server;
  await using session = await connect(restoredServer.get('primary').url('admin'));
  assert.deepEqual((await session.query("SELECT to_regclass('kept') AS kept")).rows, [{ kept: null }]);
  await assert.rejects(restore('2090-01-01T00:00:00Z'), {
    reason: 'usage',
    message: /The archived WAL ends before 2090-01-01T00:00:00.000Z: the last transaction in it committed 20/,
  });
});

test('one changed byte of a backup is found and its file named; so is a file that is missing or too many', async () => {
  const { backups } = listBackups(repository);
  const data = backupData(repository, backups[0]!.name);
  const look = async () => compareFiles(backups[0]!.files, await hashTree(data, signal));
  flipByte(join(data, 'global/pg_control'))();
  assert.deepEqual(await look(), []); // put back
  const undo = flipByte(join(data, 'global/pg_control'));
  writeFileSync(join(data, 'base/stranger'), '');
  rmSync(join(data, 'PG_VERSION'));
  assert.deepEqual(await look(), [
    { file: 'PG_VERSION', why: 'it is missing' },
    { file: 'global/pg_control', why: 'its bytes were changed (SHA-256 differs)' },
    { file: 'base/stranger', why: 'it is not part of the backup' },
  ]);
  undo();
  rmSync(join(data, 'base/stranger'));
  writeFileSync(join(data, 'PG_VERSION'), `${own.site.build.major}\n`);
});

test('a WAL file with a changed byte ends a recovery instead of the data, and one that is missing is named', async () => {
  const [backup] = listBackups(repository).backups;
  const file = listWal(repository).find(({ name }) => name > backup!.stopWal)!.name;
  const path = join(walFolder(repository), file);
  const undo = flipByte(path);
  assert.deepEqual((await checkArchive(repository, backup!, signal)).damages, [
    { file, why: 'its bytes were changed (SHA-256 differs)' },
  ]);
  await assert.rejects(restore('latest'), {
    reason: 'component',
    message: /The recovery failed: could not restore file "0/,
  });
  undo();
  const bytes = readFileSync(path);
  rmSync(path);
  const later = `${file.slice(0, 20)}FFFF`;
  writeFileSync(join(walFolder(repository), later), '');
  assert.deepEqual((await checkArchive(repository, backup!, signal)).damages.at(0), {
    file,
    why: 'it is missing from the archive',
  });
  for (const to of ['latest', beforeDamage])
    await assert.rejects(restore(to), {
      reason: 'component',
      message: new RegExp(`The WAL file ${file} is not in the archive`),
    });
  rmSync(join(walFolder(repository), later));
  writeFileSync(path, bytes);
});
