import assert from 'node:assert/strict';
import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { after, test } from 'node:test';
import { failureOf } from './k6-failure.ts';

const folder = mkdtempSync(join(tmpdir(), 'olympus-k6-failure-'));
after(() => rmSync(folder, { recursive: true }));
const script = join(folder, 'mine.ts');

const url = 'postgres://app:s%2Fcret@127.0.0.1:5432/shop';
const ended = (...last: string[]) => failureOf({ code: 108, signal: null, last }, url, script);

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

/** As k6 says it, for what the script imports. */
const notFound = (name: string) =>
  `could not initialize '${script}': could not load JS test 'file://${script}': The moduleSpecifier "${name}" couldn't be found on local disk. Make sure that you've specified the right path to the file.`;
const unknown = (name: string) =>
  `could not initialize '${script}': could not load JS test 'file://${script}': unknown modules ["${name}"] were tried to be loaded, but couldn't`;

test('an import that is not there is named with its file and line, also where a file imports it that the script imports', () => {
  writeFileSync(script, "// mine\nimport { run } from 'k6/x/olympus';\nimport x from './other.ts';\n");
  writeFileSync(join(folder, 'other.ts'), "\n\n\nimport lodash from 'lodash';\nimport './mine.ts';\n");
  for (const [said, message] of [
    [unknown('k6/x/olympus'), /mine\.ts:2 imports "k6\/x\/olympus", which this k6 does not have\.$/],
    [notFound('./other.ts'), /mine\.ts:3 imports "\.\/other\.ts", which is no file\.$/],
    [notFound('/a/b.ts'), /which is no file/],
    [notFound('lodash'), /other\.ts:4 imports "lodash", which this k6 does not have\.$/],
    [notFound('made-of-parts'), /mine\.ts imports "made-of-parts", which/],
  ] as const) {
    const fault = ended(said);
    assert.equal(fault.reason, 'usage');
    assert.match(fault.message, message);
  }
});

test('a script with a syntax error is a mistake of who wrote it, and k6 names the line', () => {
  const fault = ended(
    `could not initialize '${script}': could not load JS test 'file://${script}': file://${script}: Line 9:24 Expected identifier but found "{"`,
  );
  assert.equal(fault.reason, 'usage');
  assert.match(fault.message, /Line 9:24 Expected identifier/);
});

test('what a script asks that cannot be is its own mistake, in whatever words; a server and a disk are not', () => {
  const reason = (code: number | null, ...last: string[]) =>
    failureOf({ code, signal: null, last }, url, script).reason;
  for (const words of [
    'test aborted: no statement of the load plan has a weight above 0 at main (file:///a.ts:7:6(30))',
    'test aborted: duration must be above 0, not -3s',
    'test aborted: the open model needs a rate above 0, not NaN',
    'test aborted: connections must be at least 1, not 0',
  ])
    assert.equal(reason(108, words), 'usage', words);
  assert.equal(
    reason(104, "invalid threshold defined on no_such_metric; reason: no metric name 'x' found"),
    'usage',
  );
  assert.equal(reason(107, 'Error: my own failure'), 'usage');
  assert.equal(
    reason(108, 'test aborted: cannot write the histogram log: no space left on device'),
    'component',
  );
  assert.equal(
    reason(108, 'test aborted: the simple protocol needs standard_conforming_strings = on'),
    'component',
  );
  assert.equal(reason(255, 'the connection was reset'), 'component');
  assert.equal(reason(null), 'component', 'it was killed');
});
