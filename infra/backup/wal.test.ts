import assert from 'node:assert/strict';
import { test } from 'node:test';
import { formatLsn, nextWalFile, parseLsn, startOf, walFile, walFiles } from './wal.ts';
import { walChain } from './wal-chain.ts';

const MiB = 1024 ** 2;

test('a file is named as PostgreSQL names it, at any size of segments', () => {
  // SELECT pg_walfile_name('16/B374D848') at 16 MB and at 64 MB
  assert.equal(walFile(1, parseLsn('16/B374D848')!, 16 * MiB), '0000000100000016000000B3');
  assert.equal(walFile(1, parseLsn('16/B374D848')!, 64 * MiB), '00000001000000160000002C');
  assert.equal(formatLsn(parseLsn('16/b374d848')!), '16/B374D848');
  assert.equal(parseLsn('16/'), undefined);
  assert.equal(formatLsn(startOf('0000000100000016000000B3', 16 * MiB)), '16/B3000000');
});

test('the file after the last of four gigabytes is the first of the next', () => {
  assert.equal(nextWalFile('0000000200000001000000FF', 16 * MiB), '000000020000000200000000');
  assert.deepEqual(walFiles('0000000100000001000000FE', '000000010000000200000000', 16 * MiB), [
    '0000000100000001000000FE',
    '0000000100000001000000FF',
    '000000010000000200000000',
  ]);
});

test('what lies behind a gap cannot be reached, and the gap is named', () => {
  const file = (n: number, timeline = 1) => walFile(timeline, BigInt(n * 16 * MiB), 16 * MiB);
  assert.deepEqual(walChain(file(3), [file(5), file(3), file(4)], 16 * MiB), { last: file(5), missing: [] });
  assert.deepEqual(walChain(file(3), [file(3), file(7), file(5)], 16 * MiB), {
    last: file(3),
    missing: [file(4), file(6)],
  });
  assert.deepEqual(walChain(file(3), [file(4)], 16 * MiB), { last: undefined, missing: [file(3)] });
  assert.deepEqual(walChain(file(3), [file(2), file(3, 2)], 16 * MiB), { last: undefined, missing: [] });
});
