import assert from 'node:assert/strict';
import { test } from 'node:test';
import { readHeader } from './header.ts';

test('a file without a header runs in a transaction with a lock timeout', () => {
  assert.deepEqual(readHeader('SELECT 1', 'f.sql'), {
    what: '',
    transaction: 'on',
    lock_timeout: '5s',
    statement_timeout: '0',
    lock_attempts: 4,
  });
});

test('the header is the first paragraph of comments; prose after it may have colons', () => {
  const header = readHeader(
    '-- what: a test\n-- transaction: off\n-- lock_timeout: 200ms\n--\n-- read: any\n',
    'f.sql',
  );
  assert.deepEqual([header.what, header.transaction, header.lock_timeout], ['a test', 'off', '200ms']);
});

test('an unknown key is refused with its line and the nearest key', () => {
  assert.throws(() => readHeader('-- what: x\n-- transactoin: off\nSELECT 1', 'f.sql'), {
    message: 'f.sql:2: Unknown key "transactoin". Did you mean "transaction"?',
    reason: 'usage',
  });
});

for (const line of ['transaction: no', 'lock_timeout: 5', 'lock_attempts: 0', 'statement_timeout: soon'])
  test(`a value that a key cannot have is refused: ${line}`, () => {
    assert.throws(() => readHeader(`-- ${line}`, 'f.sql'), /^Fault: f\.sql:1: "[^"]+" is no [a-z_]+\./);
  });

test('a key that nobody would read is refused: given twice, or after the end of the header', () => {
  assert.throws(() => readHeader('-- transaction: off\n-- transaction: on\n', 'f.sql'), /f\.sql:2: .*twice/);
  assert.throws(
    () => readHeader('-- what: x\n--\n-- transaction: off\nSELECT 1', 'f.sql'),
    /f\.sql:3: .*after/,
  );
});

test('prose may stand in the header of a migration', () => {
  assert.equal(readHeader('-- Adds an index\n-- transaction: off\nSELECT 1', 'f.sql').transaction, 'off');
});
