import assert from 'node:assert/strict';
import { spawn } from 'node:child_process';
import { once } from 'node:events';
import { closeSync, mkdtempSync, openSync, rmSync, truncateSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { after, test } from 'node:test';
import { lastReason, logOf } from './server-log.ts';

const folder = mkdtempSync(join(tmpdir(), 'olympus-server-log-'));
after(() => rmSync(folder, { recursive: true }));

/** As a replica writes it whose disk is full. */
const full = `2026-11-28 22:27:48.675 UTC [18321] FATAL:  could not extend file "base/1/2": No space left on device
2026-11-28 22:27:48.675 UTC [18321] HINT:  Check free disk space.
2026-11-28 22:27:48.691 UTC [18309] LOG:  startup process (PID 18321) exited with exit code 1
2026-11-28 22:27:48.700 UTC [18400] FATAL:  the database system is shutting down
`;

test('the reason for an end is the last that could not be done, and a panic before all', () => {
  assert.equal(lastReason(full), 'FATAL: could not extend file "base/1/2": No space left on device');
  const panic = 'x [1] PANIC:  could not write to file "pg_wal/xlogtemp.7": No space left on device\n';
  assert.match(lastReason(panic + full)!, /^PANIC: could not write/);
  assert.equal(lastReason('x [1] FATAL:  terminating connection due to administrator command\n'), undefined);
  assert.equal(lastReason('x [1] ERROR:  could not extend file\n'), undefined, 'one statement only');
  assert.equal(lastReason(''), undefined);
});

test('the log is the file behind stderr, read from where it was first seen', async () => {
  const file = join(folder, 'server.log');
  writeFileSync(file, full);
  const stderr = openSync(file, 'a');
  const child = spawn('sh', ['-c', 'read _; echo "x [2] FATAL:  could not fsync" >&2; read _'], {
    stdio: ['pipe', 'ignore', stderr],
  });
  try {
    await once(child, 'spawn');
    const log = logOf(child.pid!)!;
    assert.equal(log.reason(), undefined, 'what stands there from before is not of now');
    child.stdin!.write('\n');
    while (log.reason() === undefined) await new Promise((resolve) => setTimeout(resolve, 10));
    assert.equal(log.reason(), 'FATAL: could not fsync');
    truncateSync(file);
    writeFileSync(file, 'x [3] FATAL:  could not link\n');
    assert.equal(
      log.reason(),
      'FATAL: could not link',
      'a log that was begun anew is read from its beginning',
    );
    rmSync(file);
    assert.equal(log.reason(), undefined);
  } finally {
    child.kill('SIGKILL');
    closeSync(stderr);
  }
});

test('a pipe is no log', async () => {
  const child = spawn('sleep', ['600']);
  try {
    await once(child, 'spawn');
    assert.equal(logOf(child.pid!), undefined);
    assert.equal(logOf(2 ** 30), undefined);
  } finally {
    child.kill('SIGKILL');
  }
});
