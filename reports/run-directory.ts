import { appendFileSync } from 'node:fs';
import { mkdir, readdir, rename, rm } from 'node:fs/promises';
import { isAbsolute, join, normalize, sep } from 'node:path';
import { missing, usage } from '../config/fault.ts';
import type { Result, Run, RunFacts } from '../result/result.ts';
import { owner } from './owner.ts';
import { namedRuns } from './read-run.ts';
import { redact } from './redact.ts';
import { partialName, runId } from './run-id.ts';
import { runName } from './run-name.ts';
import { replaceFile } from './write-file.ts';
import { files, writeReports, writeResult } from './write-run.ts';

export { readRun } from './read-run.ts';
export { recoverRuns } from './recover-runs.ts';

export interface RunOptions {
  readonly kind: Run['kind'];
  readonly suite: string;
  /** The command that reproduces the run. */
  readonly command: string;
  /** What a person calls it, and has to say of it. */
  readonly name?: string;
  readonly note?: string;
  readonly clock?: () => Date;
}

/**
 * Creates runs/.partial-<id>/ with raw/ and log.ndjson. `finish` renames it to runs/<id>; one that never finishes is
 * adopted at a later start.
 * @throws Fault (component) when the folder cannot be written; Fault (usage) for a name that is none, or is taken.
 */
export async function createRun(root: string, options: RunOptions): Promise<RunDirectory> {
  if (options.name !== undefined) await freeName(root, options.name);
  const clock = options.clock ?? (() => new Date());
  const startedAt = clock();
  try {
    await mkdir(root, { recursive: true });
    const id = await freeId(root, startedAt, options.suite);
    const partial = join(root, partialName(id));
    const unborn = join(root, `.unborn-${id}`); // a partial run has an owner from its first moment
    await mkdir(join(unborn, files.raw), { recursive: true });
    await replaceFile(join(unborn, files.owner), JSON.stringify(owner()));
    await rename(unborn, partial);
    const { kind, suite, command, name, note } = options;
    return new RunDirectory(
      root,
      partial,
      {
        ...{ id, kind, startedAt: startedAt.toISOString(), suite, command },
        ...(name !== undefined && { name }),
        ...(note !== undefined && { note }),
      },
      clock,
    );
  } catch (error) {
    throw missing(
      `Cannot create a run in ${root}: ${(error as Error).message}`,
      'Name a folder that can be written, with --out.',
      error,
    );
  }
}

/** Of two runs with one name nobody could say which is meant. */
async function freeName(root: string, name: string): Promise<void> {
  const taken = (await namedRuns(root)).get(runName(name));
  if (taken !== undefined)
    throw usage(
      `The run ${taken} has the name ${name} already.`,
      `Choose another, or remove that run: ./olympus runs rm ${name}`,
    );
}

/** An id that no run of this folder has, whole or partial. */
async function freeId(root: string, startedAt: Date, suite: string): Promise<string> {
  const taken = new Set(await readdir(root));
  let id = runId(startedAt, suite);
  while (taken.has(id) || taken.has(partialName(id))) id = runId(startedAt, suite);
  return id;
}

/** A run while it is written. Disposing one that did not finish keeps what was saved, marked incomplete. */
export class RunDirectory implements AsyncDisposable {
  readonly facts: RunFacts;
  readonly #final: string;
  readonly #partial: string;
  readonly #clock: () => Date;
  #finished = false;
  #saved: Result | null = null;

  constructor(root: string, partial: string, facts: RunFacts, clock: () => Date) {
    this.facts = facts;
    this.#partial = partial;
    this.#final = join(root, facts.id);
    this.#clock = clock;
  }

  /** Where the run is now: a partial name until it finished. */
  get directory(): string {
    return this.#finished ? this.#final : this.#partial;
  }

  /** One line of log.ndjson, with its time. */
  log(entry: object): void {
    const line = JSON.stringify({ at: this.#clock().toISOString(), ...entry });
    appendFileSync(join(this.directory, files.log), `${redact(line)}\n`);
  }

  /** Keeps a raw file below raw/. @returns its path relative to the run. @throws Fault (usage) for a path that leaves it. */
  async keep(file: string, content: string | Uint8Array): Promise<string> {
    const inside = normalize(file.replaceAll('\\', '/'));
    if (
      !file ||
      file.includes('\0') ||
      isAbsolute(inside) ||
      inside.split(sep).includes('..') ||
      /^\.?\/?$/.test(inside)
    )
      throw usage(`"${file}" is no path below raw/ of the run.`, 'Name a file like "lag/replica1.json".');
    await replaceFile(
      join(this.directory, files.raw, inside),
      typeof content === 'string' ? redact(content) : content,
    );
    return `${files.raw}/${inside.split(sep).join('/')}`;
  }

  /** Saves what is measured so far. Until the run finishes, it is not complete. */
  async save(result: Result): Promise<void> {
    const run = { ...result.run, complete: false, finishedAt: null };
    this.#saved = await writeResult(this.#partial, { ...result, run });
  }

  /**
   * Writes the result and what derives from it, and gives the run its name. An interrupted run is finished too, with
   * `complete` false. A report that cannot be rendered does not keep the result from being kept.
   */
  async finish(result: Result): Promise<void> {
    const finishedAt = result.run.finishedAt ?? this.#clock().toISOString();
    const written = await writeResult(this.#partial, { ...result, run: { ...result.run, finishedAt } });
    try {
      await writeReports(this.#partial, written);
    } finally {
      await this.#release();
    }
  }

  /** Takes the run back: nothing was measured, because what was asked for is nothing. */
  async discard(): Promise<void> {
    if (this.#finished) return;
    this.#finished = true;
    await rm(this.#partial, { recursive: true, force: true });
  }

  async #release(): Promise<void> {
    await rm(join(this.#partial, files.owner), { force: true });
    await rename(this.#partial, this.#final);
    this.#finished = true;
  }

  async [Symbol.asyncDispose](): Promise<void> {
    if (this.#finished) return;
    if (this.#saved) return this.finish(this.#saved);
    await this.#release(); // nothing was saved: its log and raw files are all there is
  }
}
