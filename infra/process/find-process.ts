import { spawnSync } from 'node:child_process';
import { existsSync, readdirSync } from 'node:fs';
import { commandLine } from './command-line.ts';

/** The pid of a living process of this machine whose command line is as asked; the one of the lowest number. */
export function findProcess(isIt: (command: string) => boolean): number | undefined {
  return pids().find((pid) => {
    const command = pid === process.pid ? undefined : commandLine(pid);
    return command !== undefined && isIt(command);
  });
}

function pids(): number[] {
  const names = existsSync('/proc/self/cmdline')
    ? readdirSync('/proc')
    : spawnSync('ps', ['-axo', 'pid='], { encoding: 'utf8' }).stdout.split('\n');
  return names
    .map((name) => Number(name.trim() || Number.NaN))
    .filter((pid) => Number.isInteger(pid) && pid > 1)
    .sort((a, b) => a - b);
}
