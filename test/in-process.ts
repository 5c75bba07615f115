/** Test only: a command's work in this process, with what it would print and its exit code. */

import type { Context } from '../cli/command.ts';
import { exitCodes, Fault } from '../config/fault.ts';
import { silent } from '../config/progress.ts';
import { shop } from '../project/shop.ts';

export interface Answered {
  readonly code: number;
  readonly stdout: string;
  readonly stderr: string;
}

export async function inProcess(
  json: boolean,
  work: (context: Context) => Promise<number | undefined>,
  given: Partial<Pick<Context, 'project' | 'permission'>> = {},
): Promise<Answered> {
  let stdout = '';
  const context: Context = {
    progress: { ...silent, plan() {}, listen() {}, end() {} } as unknown as Context['progress'],
    signal: new AbortController().signal,
    json,
    quiet: true,
    cache: undefined,
    wait: true,
    open: false,
    live: undefined,
    notMine: false,
    project: shop,
    permission: { allowWrites: false, notOurs: undefined },
    answer: (document, text) => {
      stdout += json ? JSON.stringify(document) : text;
    },
    ...given,
  };
  try {
    return { code: (await work(context)) ?? exitCodes.done, stdout, stderr: '' };
  } catch (error) {
    if (!(error instanceof Fault)) throw error;
    return { code: exitCodes[error.reason], stdout, stderr: `${error.message}\n${error.next}` };
  }
}
