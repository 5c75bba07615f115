import assert from 'node:assert/strict';
import { test } from 'node:test';
import { duration } from './duration.ts';
import { Fault } from './fault.ts';

for (const [text, milliseconds] of [
  ['500ms', 500],
  ['0.5s', 500],
  ['30s', 30_000],
  ['5m', 300_000],
  ['1h', 3_600_000],
  [' 2m ', 120_000],
] as const)
  test(`"${text}" is ${milliseconds} ms`, () => assert.equal(duration('--duration', text), milliseconds));

for (const text of ['', '30', 's', '-5s', '1e3s', '5 m', '1h30m', '5min'])
  test(`"${text}" is refused, and the flag named`, () =>
    assert.throws(
      () => duration('--budget', text),
      (error) => error instanceof Fault && error.reason === 'usage' && /--budget/.test(error.message),
    ));
