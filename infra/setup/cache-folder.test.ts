import assert from 'node:assert/strict';
import { chmodSync, mkdirSync, mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { after, test } from 'node:test';
import { Fault } from '../../config/fault.ts';
import { unprivilegedAccount } from '../process/unprivileged.ts';
import { cacheFolder, requireTraversable } from './cache-folder.ts';

const folder = mkdtempSync(join(tmpdir(), 'olympus-cache-'));
after(() => rmSync(folder, { recursive: true }));

test('the option comes before the environment', () => {
  const environment = { OLYMPUS_CACHE: join(folder, 'environment') };
  assert.equal(cacheFolder(join(folder, 'option'), environment), join(folder, 'option'));
  assert.equal(cacheFolder(undefined, environment), join(folder, 'environment'));
});

test('a cache folder that cannot be made gives a fault with the variable that names another', () => {
  writeFileSync(join(folder, 'file'), '');
  assert.throws(
    () => cacheFolder(join(folder, 'file', 'below')),
    (error) => {
      assert.ok(error instanceof Fault);
      assert.match(error.next, /OLYMPUS_CACHE/);
      return true;
    },
  );
});

const asRoot = { skip: process.getuid?.() === 0 ? false : 'only root runs servers as another account' };
test('a folder that the servers account may not enter is named', asRoot, () => {
  chmodSync(folder, 0o755);
  const closed = join(folder, 'closed');
  mkdirSync(join(closed, 'below'), { recursive: true });
  chmodSync(closed, 0o700);
  requireTraversable(folder, unprivilegedAccount());
  assert.throws(
    () => requireTraversable(join(closed, 'below'), unprivilegedAccount()),
    (error) => {
      assert.ok(error instanceof Fault);
      assert.ok(error.message.endsWith(`may not enter ${closed}.`), error.message);
      return true;
    },
  );
});
