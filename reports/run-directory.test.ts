import assert from 'node:assert/strict';
import { spawn } from 'node:child_process';
import { once } from 'node:events';
import {
  existsSync,
  mkdirSync,
  mkdtempSync,
  readdirSync,
  readFileSync,
  rmSync,
  writeFileSync,
} from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { test } from 'node:test';
import { runs } from '../cli/commands/runs.ts';
import { Fault } from '../config/fault.ts';
import { exampleResult } from './fixture.ts';
import { eachRun } from './list-runs.ts';
import { createRun, readRun, recoverRuns } from './run-directory.ts';
import { isRunId, runId } from './run-id.ts';

const options = { kind: 'bench' as const, suite: 'quick', command: './olympus bench' };
/** Reports without charts: these tests are about the folder. */
const small = () =>
  exampleResult({ plans: [], pagination: [], rls: null, replication: [], load: [], dataset: null });

function folder() {
  const path = mkdtempSync(join(tmpdir(), 'olympus-runs-'));
  return { path, [Symbol.dispose]: () => rmSync(path, { recursive: true, force: true }) };
}

const problem = (pattern: RegExp) => (error: unknown) => {
  assert.ok(error instanceof Fault && error.next.length > 0);
  assert.match(error.message, pattern);
  return true;
};

test('a run is partial until it finishes, and then a folder with its result and three reports', async () => {
  using root = folder();
  const run = await createRun(root.path, options);
  assert.deepEqual(readdirSync(root.path), [`.partial-${run.facts.id}`]);
  run.log({ level: 'note', text: 'hello' });
  assert.equal(await run.keep('lag/replica1.json', '[1]'), 'raw/lag/replica1.json');
  await run.save(small());
  assert.equal(JSON.parse(readFileSync(join(run.directory, 'result.json'), 'utf8')).run.complete, false);
  await run.finish(small());
  assert.deepEqual(readdirSync(root.path), [run.facts.id]);
  assert.deepEqual(readdirSync(run.directory).sort(), [
    'index.html',
    'junit.xml',
    'log.ndjson',
    'raw',
    'result.json',
    'summary.md',
  ]);
  assert.equal(readFileSync(join(run.directory, 'raw/lag/replica1.json'), 'utf8'), '[1]');
  assert.equal(JSON.parse(readFileSync(join(run.directory, 'log.ndjson'), 'utf8')).text, 'hello');
  const { result, directory } = await readRun(root.path, 'latest');
  assert.deepEqual([result.run.complete, directory], [true, join(root.path, run.facts.id)]);
});

test('disposing a run that did not finish keeps what was saved, marked incomplete', async () => {
  using root = folder();
  {
    await using run = await createRun(root.path, options);
    await run.save(small());
  }
  const { result, directory } = await readRun(root.path, 'latest');
  assert.equal(result.run.complete, false);
  assert.ok(existsSync(join(directory, 'index.html')));
});

test('ids sort by time, and two of one moment differ', async () => {
  using root = folder();
  const clock = () => new Date('2026-11-23T01:42:05.337Z');
  const runs = await Promise.all(
    Array.from({ length: 5 }, () => createRun(root.path, { ...options, clock })),
  );
  assert.equal(new Set(runs.map(({ facts }) => facts.id)).size, 5);
  assert.ok(runs.every(({ facts }) => isRunId(facts.id) && facts.startedAt === '2026-11-23T01:42:05.337Z'));
  const ids = ['2026-01-09T00:00:00Z', '2026-01-10T23:59:59.999Z', '2026-11-01T00:00:00.001Z'].map((at) =>
    runId(new Date(at), 'quick'),
  );
  assert.deepEqual(ids.toSorted(), ids);
});

for (const path of ['../x', '/etc/x', 'a/../../x', '..', '', '.', 'a\\..\\..\\x', 'x\0y'])
  test(`a raw file named ${JSON.stringify(path)} is refused`, async () => {
    using root = folder();
    await using run = await createRun(root.path, options);
    await assert.rejects(run.keep(path, 'x'), problem(/no path below raw/));
  });

test('no password reaches a file of the run', async () => {
  using root = folder();
  const url = 'postgres://app:s3cr3t@127.0.0.1/x';
  const run = await createRun(root.path, options);
  run.log({ text: url });
  await run.keep('plan.json', JSON.stringify({ url }));
  await run.finish({ ...small(), warnings: [{ code: 'x', message: url, advice: url }] });
  for (const entry of readdirSync(run.directory, { recursive: true, withFileTypes: true }))
    if (entry.isFile())
      assert.ok(!readFileSync(join(entry.parentPath, entry.name), 'utf8').includes('s3cr3t'), entry.name);
});

test('a run whose process was killed is adopted at the next start, one whose process lives is left alone', async () => {
  using root = folder();
  const child = spawn(
    process.execPath,
    [
      '--input-type=module-typescript',
      '--eval',
      `import { createRun } from ${JSON.stringify(join(import.meta.dirname, 'run-directory.ts'))};
       import { exampleResult } from ${JSON.stringify(join(import.meta.dirname, 'fixture.ts'))};
       const run = await createRun(${JSON.stringify(root.path)}, ${JSON.stringify(options)});
       await run.keep('half.bin', 'x');
       await run.save(exampleResult({ plans: [], pagination: [], rls: null, replication: [], load: [], dataset: null }));
       console.log(run.facts.id);
       setInterval(() => {}, 1000);`,
    ],
    { stdio: ['ignore', 'pipe', 'inherit'] },
  );
  const [id] = (await once(child.stdout, 'data')).map((chunk) => String(chunk).trim());
  await using own = await createRun(root.path, options);
  assert.deepEqual(await recoverRuns(root.path), []);
  await assert.rejects(readRun(root.path, 'latest'), problem(/There is no run/));
  child.kill('SIGKILL');
  await once(child, 'exit');
  assert.deepEqual(await recoverRuns(root.path), [id]);
  assert.deepEqual(await recoverRuns(root.path), []);
  const { result, directory } = await readRun(root.path, id!);
  assert.deepEqual([result.run.complete, result.verdict.status], [false, 'inconclusive']);
  assert.match(result.verdict.reasons[0]!, /killed/);
  assert.equal(readFileSync(join(directory, 'raw/half.bin'), 'utf8'), 'x');
  assert.match(readFileSync(join(directory, 'summary.md'), 'utf8'), /not complete/);
  assert.ok(existsSync(own.directory));
});

test('a killed run that had saved nothing keeps its raw files and is no run to be read', async () => {
  using root = folder();
  const run = await createRun(root.path, options);
  await run.keep('half.bin', 'x');
  writeFileSync(
    join(run.directory, 'owner.json'),
    JSON.stringify({ pid: process.pid, started: 'another boot/1' }),
  );
  assert.deepEqual(await recoverRuns(root.path), [run.facts.id]);
  assert.ok(existsSync(join(root.path, run.facts.id, 'raw/half.bin')));
  await assert.rejects(readRun(root.path, run.facts.id), problem(/has no result\.json/));
  await assert.rejects(readRun(root.path, 'latest'), problem(/There is no run/));
});

test('a folder that cannot be written is told with its reason', async () => {
  using root = folder();
  writeFileSync(join(root.path, 'file'), '');
  await assert.rejects(
    createRun(join(root.path, 'file/runs'), options),
    problem(/Cannot create a run.*(ENOTDIR|EEXIST)/),
  );
});

const damages: Record<string, [(text: string) => string, RegExp]> = {
  'is empty': [() => '', /is no JSON: it is empty/],
  'is cut in half': [(text) => text.slice(0, text.length / 2), /is no JSON: line \d+, column \d+: /],
  'has a stray character': [
    (text) => text.replace('"run": {', '"run": %{'),
    /is no JSON: line 3, column 9: Unexpected token/,
  ],
  'is another document': [() => '[]', /is no result: the document must be object/],
  'lacks a key': [
    (text) => text.replace('"trust"', '"trusty"'),
    /is no result: the document must have required properties trust/,
  ],
  'has a value of a wrong type': [
    (text) => text.replace('"complete": true', '"complete": "yes"'),
    /is no result: run\.complete must be boolean/,
  ],
  'has a word that is none': [
    (text) => text.replace('"objective-missed"', '"great"'),
    /is no result: verdict\.status must be equal to/,
  ],
  'is of a later version': [
    (text) => text.replace('"schemaVersion": 2', '"schemaVersion": 99'),
    /has schemaVersion 99; this version reads 2/,
  ],
};
for (const [what, [damage, message]] of Object.entries(damages))
  test(`a result that ${what} is refused with what is wrong`, async () => {
    using root = folder();
    const run = await createRun(root.path, options);
    await run.finish(small());
    const file = join(run.directory, 'result.json');
    writeFileSync(file, damage(readFileSync(file, 'utf8')));
    await assert.rejects(readRun(root.path, run.facts.id), problem(message));
  });

test('a run is found by its folder too, and a misspelt id names the nearest', async () => {
  using root = folder();
  const run = await createRun(root.path, options);
  await run.finish(small());
  assert.equal((await readRun('/nowhere', run.directory)).result.run.suite, 'quick');
  const misspelt = run.facts.id.replace('quick', 'quik');
  await assert.rejects(readRun(root.path, misspelt), (error: Fault) => error.next.includes(run.facts.id));
  await assert.rejects(readRun(root.path, tmpdir()), problem(/has no result\.json/));
});

test('a run has the name and the note that a person gave it, is found by its name, and shares it with no other', async () => {
  using root = folder();
  await assert.rejects(createRun(root.path, { ...options, name: 'latest' }), problem(/no name for a run/));
  const named = { ...options, name: 'before-the-index', note: 'on the old machine <b>' };
  const run = await createRun(root.path, named);
  const result = small();
  await run.finish({ ...result, run: { ...result.run, ...run.facts } });
  const { result: read, directory } = await readRun(root.path, 'before-the-index');
  assert.deepEqual([read.run.id, read.run.note], [run.facts.id, named.note]);
  assert.match(readFileSync(join(directory, 'index.html'), 'utf8'), /on the old machine &lt;b&gt;/);
  assert.match(readFileSync(join(directory, 'summary.md'), 'utf8'), /before-the-index/);
  await assert.rejects(createRun(root.path, named), problem(/has the name before-the-index already/));
  for (const name of ['', 'latest', '../x', 'a b', '.x', 'x'.repeat(65), run.facts.id])
    await assert.rejects(createRun(root.path, { ...options, name }), problem(/no name for a run/));
  assert.deepEqual(readdirSync(root.path), [run.facts.id]);
  await assert.rejects(readRun(root.path, 'before-the-inde'), (error: Fault) =>
    /before-the-index/.test(error.next),
  );
});

test('the runs of a folder are listed newest first: whole ones, one that is written, one that cannot be read', async () => {
  using root = folder();
  assert.deepEqual(await Array.fromAsync(eachRun(join(root.path, 'none'))), []);
  const at = (second: number) => ({ ...options, clock: () => new Date(Date.UTC(2026, 0, 1, 0, 0, second)) });
  const whole = await createRun(root.path, at(1));
  const result = small();
  await whole.finish({ ...result, run: { ...result.run, ...whole.facts, complete: true } });
  const damaged = await createRun(root.path, at(2));
  await damaged.finish(small());
  writeFileSync(join(damaged.directory, 'result.json'), '{');
  await using writing = await createRun(root.path, at(3));
  const dead = await createRun(root.path, at(4));
  writeFileSync(join(dead.directory, 'owner.json'), '{"pid":1,"started":"another boot/1"}');
  const listed = await Array.fromAsync(eachRun(root.path));
  assert.deepEqual(
    listed.map(({ id, state }) => [id, state]),
    [
      [dead.facts.id, 'cut off'],
      [writing.facts.id, 'running'],
      [damaged.facts.id, 'unread'],
      [whole.facts.id, 'whole'],
    ],
  );
  assert.deepEqual([listed[3]!.verdict, listed[2]!.verdict], [result.verdict.status, null]);
  assert.match(listed[2]!.why ?? '', /is no JSON/);
});

test('rm removes the runs that are named, none where one of them is wrong, and nothing else of the folder', async () => {
  using root = folder();
  const ids: string[] = [];
  for (const _ of [1, 2]) {
    const run = await createRun(root.path, options);
    await run.finish(small());
    ids.push(run.facts.id);
  }
  mkdirSync(join(root.path, 'control'));
  const { parseAsync } = runs.exitOverride();
  const rm = async (...names: string[]) =>
    await parseAsync.call(runs, ['rm', ...names, '--out', root.path, '--quiet', '--json'], { from: 'user' });
  for (const [names, why] of [
    [['latest'], /newest/],
    [['control'], /not the folder of a run/],
    [[ids[0]!, 'nothing'], /There is no run "nothing"/],
    [[], /Which run/],
  ] as const)
    await assert.rejects(rm(...names), problem(why));
  assert.deepEqual(readdirSync(root.path).sort(), [...ids, 'control'].sort());
  await rm(ids[0]!);
  assert.deepEqual(readdirSync(root.path).sort(), [ids[1]!, 'control'].sort());
});
