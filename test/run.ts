import { fork } from 'node:child_process';
import { statSync } from 'node:fs';
import { availableParallelism } from 'node:os';
import { join, relative } from 'node:path';
import { text } from 'node:stream/consumers';
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
import { type Counts, counted } from './counts.ts';
import { needsServer } from './needs-server.ts';
import { projectFiles } from './project-files.ts';
import { temporaryOfTests } from './temporary-of-tests.ts';

/** Files of the tests that need a server: most of their time they wait for servers, loads and clocks. */
const atOnce = 3;
const root = join(import.meta.dirname, '..');
const dockerTests = /(^|\/)docker(\/|\.)/;

/** Runs the test files that match, or all of them, and prints the closing line. Returns the exit code. */
export async function runTests(patterns: readonly string[], { pure = false } = {}): Promise<number> {
  const signal = interruptible();
  const matching = await testFiles(patterns);
  if (matching.length === 0)
    throw usage(`No test file matches ${patterns.join(' ')}.`, 'Name one, or none for all.');
  const files = pure ? matching.filter((file) => !needsServer(file)) : matching;
  if (files.length === 0)
    throw usage('All of these test files need a server or another program.', 'Leave out --pure.');
  const { passed, failed, skipped } = pure ? await runPure(files, signal) : await runAll(files, signal);
  process.stdout.write(`\n${passed} passed, ${failed} failed, ${skipped} skipped\n`);
  if (signal.aborted) return exitCodes.interrupted;
  return failed === 0 && passed > 0 ? exitCodes.done : exitCodes.regression;
}

/** Without a server: the files shared among as many processes as there are cores; one for each file takes far longer. */
async function runPure(files: readonly string[], signal: AbortSignal): Promise<Counts> {
  const cores = availableParallelism();
  const shares = Map.groupBy(files, (file) => files.indexOf(file) % cores);
  const ran = await Promise.all([...shares.values()].map((share) => runShare(share, signal)));
  for (const { report } of ran) process.stdout.write(report);
  const sum = (name: keyof Counts) => ran.reduce((total, { counts }) => total + counts[name], 0);
  return { passed: sum('passed'), failed: sum('failed'), skipped: sum('skipped') };
}

/** A share that ends without its counts, as one does whose process dies, has failed. */
async function runShare(
  files: readonly string[],
  signal: AbortSignal,
): Promise<{ counts: Counts; report: string }> {
  const { OLYMPUS_TEST_SERVER: _, ...env } = childEnvironment();
  const child = fork(join(import.meta.dirname, 'run-share.ts'), files, {
    execArgv,
    env,
    silent: true,
    signal,
  });
  let counts: Counts = { passed: 0, failed: 1, skipped: 0 };
  child.on('message', (message) => (counts = message as Counts));
  const [report, errors] = await Promise.all([text(child.stdout!), text(child.stderr!)]);
  return { counts, report: report + errors };
}

/** Those that need no server first; then each of the others in a process of its own, against one PostgreSQL for them all. */
async function runAll(all: readonly string[], signal: AbortSignal): Promise<Counts> {
  const progress = draw(process.stderr, { quiet: false });
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
  const [files, others] = [all.filter((file) => needsServer(file)), all.filter((file) => !needsServer(file))];
  const counts = others.length > 0 ? await runPure(others, signal) : { passed: 0, failed: 0, skipped: 0 };
  if (files.length === 0) return counts;
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
  await using temporary = await temporaryOfTests();
  progress.end();

  const stream = counted(
    run({
      files: longestFirst(files),
      concurrency: atOnce,
      timeout: 20 * 60_000,
      signal,
      execArgv,
      env: {
        ...childEnvironment(),
        ...docker?.environment,
        TMPDIR: temporary.path,
        OLYMPUS_TEST_SERVER: topology.get('primary').url('admin', 'postgres'),
      },
    }),
    counts,
  );
  // Read to its end also where nobody reads on (`| head`): a pipe would stop there, and the tests with it.
  for await (const part of stream.compose(new spec()))
    if (process.stdout.writable) process.stdout.write(part);
  const left = await temporary.endAll();
  if (left.length > 0)
    process.stderr.write(`\nThe tests left running, and it was ended:\n  ${left.join('\n  ')}\n`);
  return counts;
}

const execArgv = ['--disable-warning=ExperimentalWarning'];

/** Each process and each command that it starts would strip the types of hundreds of modules again. */
const childEnvironment = (): NodeJS.ProcessEnv => ({
  ...process.env,
  NODE_COMPILE_CACHE: join(cacheFolder(), 'compiled'),
});

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

/** Tests of whole commands take the longest: begun last, they would leave the other places empty at the end. */
const longestFirst = (files: readonly string[]): string[] => {
  const ofCommands = (file: string) => relative(root, file).startsWith('test/');
  return [...files.filter(ofCommands), ...files.filter((file) => !ofCommands(file))];
};

/** A folder stands for the tests below it. */
async function testFiles(patterns: readonly string[]): Promise<string[]> {
  const wanted = (patterns.length > 0 ? patterns : ['.']).map((pattern) =>
    statSync(join(root, pattern), { throwIfNoEntry: false })?.isDirectory()
      ? join(pattern, '**/*.test.ts')
      : pattern,
  );
  return (await projectFiles(wanted)).map((file) => join(root, file));
}
