import assert from 'node:assert/strict';
import { test } from 'node:test';
import { silent } from '../../config/progress.ts';
import { ensureDebianPackages } from './debian.ts';

const never = new AbortController().signal;

test('what is here costs nothing and says nothing', async () => {
  const notes: string[] = [];
  const progress = { ...silent, note: (text: string) => void notes.push(text) };
  const wanted = [{ package: 'dash', provides: 'sh', why: 'a test' }];
  assert.deepEqual(await ensureDebianPackages(wanted, { progress, signal: never }), []);
  assert.deepEqual(notes, []);
});

test('without apt-get the caller learns what is missing, what for, and how to get it', async () => {
  const path = process.env.PATH;
  process.env.PATH = '';
  try {
    const wanted = [{ package: 'olympus-none', provides: 'olympus-none', why: 'a test' }];
    assert.deepEqual(await ensureDebianPackages(wanted, { progress: silent, signal: never }), [
      {
        package: 'olympus-none',
        why: 'olympus-none is not installed (a test): this system has no apt-get',
        how: "sudo apt-get install olympus-none (Debian, Ubuntu), or your system's package of that name",
      },
    ]);
  } finally {
    process.env.PATH = path;
  }
});
