import assert from 'node:assert/strict';
import { spawn } from 'node:child_process';
import { once } from 'node:events';
import { test } from 'node:test';
import { testEngine } from '../../test/docker.ts';
import { output } from './engine.ts';
import { removeLeftovers, testLabel } from './fresh-server.ts';

const { engine, skip } = await testEngine();

test('a server that a killed process left is removed by the next test run, and a living one’s is not', {
  skip,
}, async () => {
  const script = `
    import { findEngine } from '${new URL('./engine.ts', import.meta.url).href}';
    import { freshServer } from '${new URL('./fresh-server.ts', import.meta.url).href}';
    await freshServer(await findEngine());
    process.stdout.write('up');
    setInterval(() => {}, 1000);`;
  const child = spawn(process.execPath, ['--input-type=module', '-e', script], {
    stdio: ['ignore', 'pipe', 'inherit'],
  });
  const theirs = ['ps', '--all', '--quiet', '--filter', `label=${testLabel}=${child.pid}`];
  await Promise.race([once(child.stdout, 'data'), once(child, 'exit')]);
  await removeLeftovers(engine!);
  assert.notEqual(await output(engine!.docker, theirs), '');
  child.kill('SIGKILL');
  await once(child, 'exit');
  await removeLeftovers(engine!);
  assert.equal(await output(engine!.docker, theirs), '');
});
