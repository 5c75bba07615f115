import assert from 'node:assert/strict';
import { spawn } from 'node:child_process';
import { once } from 'node:events';
import { closeSync, mkdtempSync, openSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { test } from 'node:test';
import { judge } from '../analysis/verdict/judge.ts';
import { silent } from '../config/progress.ts';
import { suites } from '../config/suites.ts';
import type { Endpoint } from '../infra/topology/endpoint.ts';
import { Topology } from '../infra/topology/topology.ts';
import { shop } from '../project/shop.ts';
import type { LoadResult, Result } from '../result/result.ts';
import { emptyResult } from './empty-result.ts';
import type { Measure, Setting } from './measure.ts';
import { type Measured, runSuite } from './suite.ts';

const setting: Setting = {
  ...{
    topology: new Topology([], [], async () => {}),
    database: 'd',
    project: shop,
    catalogue: [],
    tenants: [],
  },
  ...{ seed: 1, budget: suites.smoke, progress: silent, keep: async (file: string) => file },
  signal: new AbortController().signal,
};

async function measured(run: Measure['run'], topology = setting.topology): Promise<Measured> {
  for await (const each of runSuite([{ part: 'load', needs: [], run }], { ...setting, topology }))
    return each;
  throw new Error('nothing was measured');
}

const verdictOf = ({ warnings }: Measured) => {
  const empty = emptyResult({ id: '', kind: 'load', suite: 'smoke' } as Result['run']);
  return judge({ ...empty, run: { ...empty.run, complete: true }, warnings: [...warnings] }).verdict;
};
const codes = ({ warnings }: Measured) => warnings.map(({ code }) => code);

test('requests that a full disk refused make the run a doubtful one, and the disk is named; its figures stay', async () => {
  const load = [{ scenario: 'checkout', errors: { '53100': 298, '40001': 1 } }] as unknown as LoadResult[];
  const part = await measured(async () => ({ load }));
  assert.deepEqual(part.sections.load, load);
  assert.deepEqual(codes(part), ['disk-full']);
  assert.match(
    part.warnings[0]!.message,
    /^A disk was full in load: 298 requests of load .* SQLSTATE 53100\.$/,
  );
  assert.match(part.warnings[0]!.advice, /^Make room/);
  assert.equal(verdictOf(part).status, 'untrusted');
  assert.match(verdictOf(part).reasons.join(), /full disks, 1 parts? .*298 requests/);
});

test('a part that failed by a full disk names it, in what was measured and in what was cleaned up', async () => {
  const full = Object.assign(new Error('could not extend file "base/1/2"'), { code: '53100' });
  for (const error of [full, new SuppressedError(new Error('Connection terminated unexpectedly'), full)]) {
    const part = await measured(() => Promise.reject(error));
    assert.deepEqual(codes(part), ['disk-full', 'load-failed']);
    assert.match(
      part.warnings[0]!.message,
      /full in load: The disk of PostgreSQL's server is full: could not extend/,
    );
    assert.match(part.skipped[0]!.how, /^Make room/);
  }
});

test('other errors are no full disk', async () => {
  const load = [{ scenario: 'checkout', errors: { '40001': 1, '53200': 3 } }] as unknown as LoadResult[];
  assert.deepEqual(codes(await measured(async () => ({ load }))), []);
});

test('a server that a full disk ended is named with what its log says, and what to do is to make room', async () => {
  const folder = mkdtempSync(join(tmpdir(), 'olympus-disk-full-'));
  const log = openSync(join(folder, 'replica1.log'), 'a');
  const words = 'FATAL:  could not extend file "base/1/2": No space left on device';
  const child = spawn('sh', ['-c', `read _; echo '${words}' >&2; exit 1`], {
    stdio: ['pipe', 'ignore', log],
  });
  try {
    await once(child, 'spawn');
    const replica: Endpoint = {
      ...{ name: 'replica1', provider: 'local', version: '', host: '127.0.0.1', port: 1, pid: child.pid! },
      url: () => '',
    };
    const part = await measured(
      async () => {
        child.stdin!.end('\n');
        await once(child, 'exit');
        await new Promise((resolve) => setTimeout(resolve, 600)); // it is looked for four times a second
        return {};
      },
      new Topology([replica], [], async () => {}),
    );
    assert.deepEqual(codes(part), ['disk-full', 'part-ended']);
    assert.match(part.warnings[0]!.message, /^A disk was full in load: replica1 ended by it\.$/);
    assert.match(
      part.warnings[1]!.message,
      /; its log says: FATAL: could not extend file .*No space left on device/,
    );
    assert.match(part.warnings[1]!.advice, /^Make room/);
  } finally {
    child.kill('SIGKILL');
    closeSync(log);
    rmSync(folder, { recursive: true });
  }
});
