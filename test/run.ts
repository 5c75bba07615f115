import { glob } from 'node:fs/promises';
import { join, relative } from 'node:path';
import { run } from 'node:test';
import { spec } from 'node:test/reporters';
import { interruptible } from '../cli/interrupt.ts';
import { draw } from '../cli/progress.ts';
import { exitCodes, usage } from '../config/fault.ts';
import type { Progress } from '../config/progress.ts';
import { startLocal } from '../infra/local/local.ts';
import { cacheFolder } from '../infra/setup/cache-folder.ts';
import { ensureDebianPackages } from '../infra/setup/debian.ts';
import { debianPostgres, hypoPgFor } from '../infra/setup/debian-postgres.ts';
import { engineForTests, type TestEngine } from '../infra/setup/docker-engine.ts';
import { findK6 } from '../infra/setup/k6.ts';

const root = join(import.meta.dirname, '..');
const dockerTests = /(^|\/)docker(\/|\.)/;
const skipFolders = /(^|\/)(node_modules|runs|\.[^/]*)(\/|$)/;

/** Runs every x.test.ts against one PostgreSQL of our own and prints the closing line. Returns the exit code. */
export async function runTests(patterns: readonly string[]): Promise<number> {
  const progress = draw(process.stderr, { quiet: false });
  const signal = interruptible();
  const files = await testFiles(patterns);
  if (files.length === 0)
    throw usage(`No test file matches ${patterns.join(' ')}.`, 'Name one, or none for all.');

  progress.stage('set-up for the tests');
  await ensureDebianPackages(
    [
      { package: 'pgbouncer', provides: 'pgbouncer', why: 'the pooler is tested for real' },
      { package: 'chromium', provides: 'chromium', why: 'the report is opened in a real browser' },
      ...debianPostgres().map(hypoPgFor),
    ],
    { progress, signal },
  );
  await findK6({ progress, signal });
  await using topology = await startLocal({
    cache: undefined,
    name: 'test',
    parts: ['primary'],
    lifetime: 'tied',
    progress,
    signal,
  });
  await using docker = files.some((file) => dockerTests.test(relative(root, file)))
    ? await dockerFor({ progress, signal })
    : undefined;
  progress.end();

  const count = { passed: 0, failed: 0, skipped: 0 };
  const stream = run({
    files,
    concurrency: 2,
    timeout: 20 * 60_000,
    signal,
    execArgv: ['--disable-warning=ExperimentalWarning'],
    env: {
      ...process.env,
      ...docker?.environment,
      // Each file and each command that it starts would strip the types of hundreds of modules again.
      NODE_COMPILE_CACHE: join(cacheFolder(), 'compiled'),
      OLYMPUS_TEST_SERVER: topology.get('primary').url('admin', 'postgres'),
    },
  });
  stream.on('test:pass', ({ details, skip }) => {
    if (details.type === 'suite') return;
    if (skip === undefined) count.passed++;
    else count.skipped++;
  });
  stream.on('test:fail', ({ details }) => {
    if (details.type !== 'suite') count.failed++;
  });
  const report = stream.compose(new spec());
  report.pipe(process.stdout);
  await new Promise((resolve) => report.on('end', resolve));
  process.stdout.write(`\n${count.passed} passed, ${count.failed} failed, ${count.skipped} skipped\n`);
  return count.failed === 0 && count.passed > 0 ? exitCodes.done : exitCodes.regression;
}

/** An engine for the tests that need one, else what tells them why they are skipped. */
async function dockerFor(work: { progress: Progress; signal: AbortSignal }): Promise<TestEngine> {
  const engine = await engineForTests(work);
  if ('environment' in engine) return engine;
  work.progress.warn(`the tests in Docker are skipped: ${engine.why}`);
  return {
    environment: { OLYMPUS_NO_DOCKER: `${engine.why}. ${engine.how}` },
    async [Symbol.asyncDispose]() {},
  };
}

async function testFiles(patterns: readonly string[]): Promise<string[]> {
  const found = new Set<string>();
  for await (const file of glob(patterns.length > 0 ? [...patterns] : ['**/*.test.ts'], {
    cwd: root,
    exclude: (name) => skipFolders.test(name),
  }))
    found.add(join(root, file));
  return [...found].sort();
}
