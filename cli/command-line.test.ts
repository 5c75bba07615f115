import assert from 'node:assert/strict';
import { execFileSync } from 'node:child_process';
import { test } from 'node:test';
import { againWith } from '../analysis/verdict/again.ts';
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
    '--live',
    '--live',
    '8080',
    '--scale',
    'tiny',
  ];
  assert.equal(commandLine(typed), "./olympus index 'CREATE INDEX ON t (a)' --scale tiny");
  assert.equal(commandLine(['bench']), './olympus bench');
});

test('a shell reads the command as the words that were typed, and so does what adds an option to it', () => {
  const typed = ['load', "it's a $HOME `x`.ts", '', '--rate', '5'];
  const shell = (command: string) =>
    execFileSync('sh', ['-c', `printf '%s\\n' ${command.slice('./olympus '.length)}`], {
      encoding: 'utf8',
    }).split('\n');
  assert.deepEqual(shell(commandLine(typed)), [...typed, '']);
  const again = againWith({ kind: 'load', command: commandLine(typed) }, { '--rate': '7' })!;
  assert.deepEqual(shell(again), ['load', "it's a $HOME `x`.ts", '', '--rate', '7', '']);
});
