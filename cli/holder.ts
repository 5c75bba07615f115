import { execFileSync } from 'node:child_process';
import { realpathSync } from 'node:fs';
import { userInfo } from 'node:os';
import { join } from 'node:path';
import { createInterface } from 'node:readline/promises';
import { usage } from '../config/fault.ts';
import packageJson from '../package.json' with { type: 'json' };
import type { Context } from './command.ts';

/** Whose topology it is that `up` holds. */
export interface Holder {
  /** Folder of the checkout. */
  readonly project: string;
  readonly user: string;
  readonly since: string;
  /** Of the product, with the commit where it is a checkout. */
  readonly version: string;
}

export const project = realpathSync(join(import.meta.dirname, '..'));

export const thisHolder = (): Holder => ({
  ...{ project, user: userInfo().username, since: new Date().toISOString() },
  version: [packageJson.version, commit()].filter(Boolean).join(' at '),
});

function commit(): string {
  try {
    const stdio: ('ignore' | 'pipe')[] = ['ignore', 'pipe', 'ignore'];
    return execFileSync('git', ['rev-parse', '--short', 'HEAD'], {
      cwd: project,
      encoding: 'utf8',
      stdio,
    }).trim();
  } catch {
    return ''; // no git, or no repository
  }
}

export const holderText = ({ project: folder, user, since, version }: Holder): string =>
  `${folder} (user ${user}, since ${since.slice(0, 16).replace('T', ' ')} UTC, version ${version})`;

/**
 * Lets another checkout use, write to or take down what this one did not bring up only if its user says so: by
 * --not-mine, or when asked at a terminal.
 * @throws Fault (usage) otherwise
 */
export async function requireHolder(
  { notMine, progress, json }: Pick<Context, 'notMine' | 'progress' | 'json'>,
  holder: Holder | undefined,
  what: string,
): Promise<void> {
  if (!holder || holder.project === project) return;
  const whose = `The topology that is up belongs to another checkout: ${holderText(holder)}.`;
  if (notMine) return progress.note(whose);
  if (!json && process.stdin.isTTY && process.stderr.isTTY && (await agreed(`${whose} ${what}? [y/N] `)))
    return;
  throw usage(
    `${whose} Nothing was done.`,
    'Say --not-mine to do it all the same, or hold your own in another folder: OLYMPUS_CACHE=/path ./olympus up',
  );
}

async function agreed(question: string): Promise<boolean> {
  const asking = createInterface({ input: process.stdin, output: process.stderr });
  try {
    return /^y(es)?$/i.test((await asking.question(question)).trim());
  } finally {
    asking.close();
  }
}
