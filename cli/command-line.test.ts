import assert from 'node:assert/strict';
import { test } from 'node:test';
import { commandLine } from './command-line.ts';

test('the command that makes a run again can be pasted, and has not its name, which is taken', () => {
  const typed = [
    'index',
    'CREATE INDEX ON t (a)',
    '--name',
    'a',
    '--note=b c',
    '--note',
    '--quiet',
    '--open',
    '--scale',
    'tiny',
  ];
  assert.equal(commandLine(typed), "./olympus index 'CREATE INDEX ON t (a)' --scale tiny");
  assert.equal(commandLine(['bench']), './olympus bench');
});
