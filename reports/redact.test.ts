import assert from 'node:assert/strict';
import { test } from 'node:test';
import { exampleResult } from './fixture.ts';
import { redact, redactAll } from './redact.ts';

const secret = 's3cr3t';

for (const text of [
  `postgres://app:${secret}@127.0.0.1:5432/olympus`,
  `cannot reach postgresql://app:${secret}@db/x?sslmode=require, nor redis://:${secret}@127.0.0.1:6379`,
  `postgres://app:p@${secret}@db/x`,
  `host=db user=app password=${secret} dbname=x`,
  `host=db password='a ${secret}' dbname=x`,
  `postgres://db/x?user=app&password=${secret}&sslmode=require`,
  `PGPASSWORD=${secret} psql`,
])
  test(`no password is left in: ${text.replaceAll(secret, '…')}`, () => {
    assert.ok(!redact(text).includes(secret), redact(text));
    assert.match(redact(text), /\*\*\*/);
  });

for (const text of [
  'postgres://app@127.0.0.1:5432/olympus',
  'https://example.org/a/b@c',
  'WHERE password = $1',
  'user@example.org: 12:30',
])
  test(`what holds no password stays: ${text}`, () => assert.equal(redact(text), text));

test('every string of a result is redacted, wherever it stands', () => {
  const url = `postgres://app:${secret}@127.0.0.1/x`;
  const hostile = JSON.parse(
    JSON.stringify(exampleResult(), (_, value) => (typeof value === 'string' ? `${value} ${url}` : value)),
  );
  const text = JSON.stringify(redactAll({ ...hostile, [url]: 1 }));
  assert.ok(!text.includes(secret));
  assert.ok(text.split('app:***@').length > 500);
});
