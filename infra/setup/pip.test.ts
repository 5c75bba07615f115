import assert from 'node:assert/strict';
import { spawnSync } from 'node:child_process';
import { createHash } from 'node:crypto';
import { existsSync, mkdirSync, readdirSync, readFileSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { test } from 'node:test';
import { Fault } from '../../config/fault.ts';
import { silent } from '../../config/progress.ts';
import { temporaryFolder } from '../process/temporary-folder.ts';
import { pipPackage } from './pip.ts';
import { findProgram } from './program.ts';

const python = findProgram('python3');

/** A wheel of one module, in a folder that stands in for the package index. */
function makeWheel(folder: string): { index: string; sha256: string } {
  const info = join(folder, 'made', 'olympus_made-1.0.dist-info');
  const index = join(folder, 'index');
  mkdirSync(info, { recursive: true });
  mkdirSync(index);
  writeFileSync(join(folder, 'made', 'olympus_made.py'), 'answer = 42\n');
  writeFileSync(join(info, 'METADATA'), 'Metadata-Version: 2.1\nName: olympus-made\nVersion: 1.0\n');
  writeFileSync(join(info, 'WHEEL'), 'Wheel-Version: 1.0\nRoot-Is-Purelib: true\nTag: py3-none-any\n');
  writeFileSync(
    join(info, 'RECORD'),
    'olympus_made.py,,\nolympus_made-1.0.dist-info/METADATA,,\nolympus_made-1.0.dist-info/WHEEL,,\n',
  );
  const wheel = join(index, 'olympus_made-1.0-py3-none-any.whl');
  const parts = readdirSync(join(folder, 'made'));
  const made = spawnSync(python!, ['-m', 'zipfile', '-c', wheel, ...parts], { cwd: join(folder, 'made') });
  assert.equal(made.status, 0, `${made.stderr}`);
  return { index, sha256: createHash('sha256').update(readFileSync(wheel)).digest('hex') };
}

test('a wheel is installed when it has the pinned digest, and refused when it has another', {
  skip: python ? false : 'python3 is not installed',
}, async () => {
  await using here = await temporaryFolder('pip');
  const { index, sha256 } = makeWheel(here.path);
  process.env.PIP_NO_INDEX = '1';
  process.env.PIP_FIND_LINKS = index;
  const fetching = { cache: join(here.path, 'cache'), progress: silent, signal: AbortSignal.timeout(60_000) };
  const fetched = (digest: string) => {
    const requirement = `olympus-made==1.0 \\\n    --hash=sha256:${digest}`;
    return pipPackage('olympus-made', 'a test', fetching, { spec: 'olympus-made==1.0', requirement });
  };
  await assert.rejects(fetched('0'.repeat(64)), (error: unknown) => {
    assert.ok(error instanceof Fault);
    assert.equal(error.reason, 'component');
    assert.match(error.message, /olympus-made==1\.0 has none of the pinned digests, so it was not installed/);
    return true;
  });
  assert.deepEqual(
    readdirSync(join(here.path, 'cache', 'pip')).filter((name) => !name.endsWith('.lock')),
    [],
  );
  assert.ok(existsSync(join(await fetched(sha256), 'olympus_made.py')));
});
