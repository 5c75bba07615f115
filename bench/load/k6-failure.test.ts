import assert from 'node:assert/strict';
import { test } from 'node:test';
import { failureOf } from './k6-failure.ts';

const url = 'postgres://app:s%2Fcret@127.0.0.1:5432/shop';
const ended = (...last: string[]) => failureOf({ code: 108, signal: null, last }, url);

test('a server that refuses connections is quoted once, without its address twice and the line of a script', () => {
  const fault = ended(
    'test aborted: cannot open 400 connections to 127.0.0.1:5432: failed to connect to `user=app database=shop`:',
    '\t127.0.0.1:5432 (127.0.0.1): tls error: server refused TLS connection',
    '\t127.0.0.1:5432 (127.0.0.1): server error: FATAL: too many clients already (SQLSTATE 53300) at storefront (file:///a/storefront.ts:16:2(44))',
  );
  assert.equal(
    fault.message,
    '127.0.0.1:5432 did not take the 400 connections of this load: FATAL: too many clients already (SQLSTATE 53300)',
  );
  assert.match(fault.next, /max_connections/);
  assert.equal(fault.reason, 'component');
});

test('what else k6 said is quoted whole, without a password', () => {
  const fault = ended(
    'statement "a" is not in the load plan, s/cret and s%2Fcret at s (file:///a.ts:1:2(3))',
  );
  assert.equal(fault.reason, 'usage');
  assert.match(fault.message, /^k6 ended with code 108: statement "a" .*\*\*\* and \*\*\* at s/);
});
