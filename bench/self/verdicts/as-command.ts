import { writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { runChild } from '../../../infra/process/run-child.ts';
import { temporaryFolder } from '../../../infra/process/temporary-folder.ts';
import { turnName, turnOf } from '../../../infra/process/this-run.ts';
import { cloneDatabase } from '../../variant/clone.ts';
import type { SelfContext } from '../goal.ts';
import type { Answer, Said } from './circumstance.ts';

const main = join(import.meta.dirname, '..', '..', '..', 'cli', 'main.ts');

/** What an exit code stands for (config/fault.ts); another one is a failure of the command. */
const answers: Readonly<Record<number, Answer>> = {
  0: 'pass',
  1: 'objective-missed',
  2: 'refused',
  3: 'inconclusive', // or not trustworthy
};

/** Runs a command as a user types it, and what it said: on a server of the user's, which is a copy of the database. */
export type Olympus = (args: readonly string[], onLine?: (line: string) => void) => Promise<Said>;

/** Commands on a copy of the database, which may be spoilt. Where the server is somebody's, nothing is copied. */
export async function onCopy(
  { topology, database, signal }: SelfContext,
  work: (olympus: Olympus, url: string) => Promise<Said>,
): Promise<Said | { readonly why: string }> {
  const primary = topology.get('primary');
  if (primary.provider === 'external') return { why: "the server is the user's" };
  await using copy = await cloneDatabase(primary, database, `${database}_spoilt`);
  await using folder = await temporaryFolder('verdicts');
  const url = primary.url('admin', copy.database);
  const file = join(folder.path, 'topology.yaml');
  await writeFile(file, 'primary: { provider: external, url: env:OLYMPUS_SELF_URL, tls: disable }\n');
  const there = ['--topology', file, '--out', join(folder.path, 'runs')];
  const olympus: Olympus = async (args, onLine) => {
    const lines: string[] = [];
    const { code } = await runChild(process.execPath, [...process.execArgv, main, ...args, ...there], {
      signal,
      // the turn on this server is ours, and they have theirs inside it
      env: { ...process.env, OLYMPUS_SELF_URL: url, [turnOf]: turnName() },
      onLine(line) {
        lines.push(line);
        onLine?.(line);
      },
    });
    const status = answers[code ?? -1];
    if (status === undefined) throw new Error(`${args.join(' ')} ended with ${code}:\n${lines.join('\n')}`);
    return { status, reasons: lines.map((line) => line.trim()) };
  };
  return await work(olympus, url);
}
