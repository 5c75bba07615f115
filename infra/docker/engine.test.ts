import assert from 'node:assert/strict';
import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { after, test } from 'node:test';
import { silent } from '../../config/progress.ts';
import { ensureEngine } from './engine.ts';

const folder = mkdtempSync(join(tmpdir(), 'olympus-engine-'));
const { PATH } = process.env;
after(() => {
  process.env.PATH = PATH;
  rmSync(folder, { recursive: true, force: true });
});

test('an engine without Compose, where no package of it can be had, is said with what to install', async () => {
  // an engine that answers, and nothing else: neither Compose nor apt-get
  const script = '#!/bin/sh\ncase "$1" in version) echo 28.0.0 ;; *) exit 1 ;; esac\n';
  writeFileSync(join(folder, 'docker'), script, { mode: 0o755 });
  process.env.PATH = folder;
  // what `up` hands on has a cache folder of its own, which is undefined where nobody named one
  const work = { cache: undefined, progress: silent, signal: AbortSignal.timeout(60_000) };
  await assert.rejects(ensureEngine(folder, work), {
    reason: 'component',
    message: /no Compose of version 2.*It cannot be fetched: this system has no Debian mirror/,
    next: /Debian 13 docker-compose/,
  });
});
