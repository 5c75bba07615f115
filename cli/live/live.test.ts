import assert from 'node:assert/strict';
import { mkdtempSync, rmSync } from 'node:fs';
import { get } from 'node:http';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { test } from 'node:test';
import { exampleResult } from '../../reports/fixture.ts';
import { createRun } from '../../reports/run-directory.ts';
import { startLive } from './live.ts';

const options = { kind: 'bench' as const, suite: 'quick', command: './olympus bench' };

/** As a browser asks that was led to 127.0.0.1 under another site's name. */
const statusUnder = (url: string, host: string) =>
  new Promise((resolve) => get(url, { headers: { host } }, ({ statusCode }) => resolve(statusCode)));

test('the live page shows the report so far, each line, where it stands, and its end; then nothing listens', async () => {
  const root = mkdtempSync(join(tmpdir(), 'olympus-live-'));
  try {
    const run = await createRun(root, options);
    const live = await startLive('0');
    const text = async (path: string) => await (await fetch(new URL(path, live.url))).text();
    assert.match(await text('/'), /EventSource/);
    assert.match(await text('/report'), /Nothing is measured yet/);
    assert.equal(await statusUnder(live.url, 'evil.example'), 403);
    live.tell({ line: 'plans <b>' });
    const events = await fetch(new URL('/events', live.url));
    const reader = events.body!.pipeThrough(new TextDecoderStream()).getReader();
    let heard = '';
    const until = async (pattern: RegExp) => {
      while (!pattern.test(heard)) {
        const { value, done } = await reader.read();
        assert.ok(!done, `${pattern} in ${heard}`);
        heard += value;
      }
    };
    await until(/event: line\ndata: "plans <b>"/);
    live.tell({ standing: 'plans: 3 s so far' });
    await until(/event: standing\ndata: "plans: 3 s so far"/);
    const result = exampleResult();
    await run.save({ ...result, run: { ...result.run, ...run.facts } });
    live.tell({ directory: run.directory });
    await until(/event: saved/);
    assert.match(await text('/report'), /orders\/recent/);
    await run.finish({ ...result, run: { ...result.run, ...run.facts } });
    live.tell({ directory: run.directory, ended: 'pass' });
    await until(/event: ended\ndata: "pass"/);
    assert.match(await text('/report'), /orders\/recent/);
    await live[Symbol.asyncDispose]();
    await assert.rejects(fetch(live.url));
  } finally {
    rmSync(root, { recursive: true, force: true });
  }
});

test('a page whose run ends without a last word ends at once; a port that is none, or taken, is named', async () => {
  const live = await startLive('0');
  const { port } = new URL(live.url);
  await assert.rejects(startLive(port), /cannot listen on port/);
  for (const none of ['x', '99999', '-1']) await assert.rejects(startLive(none), /--live takes a port/);
  await live[Symbol.asyncDispose]();
  await assert.rejects(fetch(live.url));
});
