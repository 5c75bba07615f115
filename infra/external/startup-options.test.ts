import assert from 'node:assert/strict';
import { test } from 'node:test';
import { optionsOf } from '../topology/required-settings.ts';
import { withOptions } from './startup-options.ts';

const ours = { default_transaction_read_only: 'on', role: 'olympus_app' };

test('settings are read in all forms that PostgreSQL takes', () => {
  const settings = optionsOf('-c work_mem=8MB -cjit=off --statement-timeout=5s -c search_path=a\\ b -B 100');
  assert.deepEqual(
    [...settings],
    [
      ['work_mem', '8MB'],
      ['jit', 'off'],
      ['statement_timeout', '5s'],
      ['search_path', 'a b'],
    ],
  );
});

test('our settings stand beside those of the connection', () => {
  assert.deepEqual(withOptions('-c statement_timeout=1', ours), {
    options: '-c statement_timeout=1 -c default_transaction_read_only=on -c role=olympus_app',
  });
  assert.deepEqual(
    withOptions('-c default_transaction_read_only=true', { default_transaction_read_only: 'on' }),
    {
      options: '-c default_transaction_read_only=true',
    },
  );
  assert.deepEqual(withOptions(undefined, {}), {});
});

test('settings that contradict ours are refused', () => {
  assert.throws(
    () => withOptions('-c default_transaction_read_only=off', ours),
    /read_only to off .* needs on/,
  );
  assert.throws(() => withOptions('--role=boss', ours), /role to boss .* needs olympus_app/);
});
