import { readdir, readFile, stat } from 'node:fs/promises';
import { join } from 'node:path';
import { Compile } from 'typebox/compile';
import { type Fault, usage } from '../config/fault.ts';
import { suggest } from '../config/nearest.ts';
import { figuresOf } from '../result/figures-of.ts';
import { type Result, Result as ResultSchema, schemaVersion } from '../result/result.ts';
import { upgradeRun } from '../result/upgrade-run.ts';
import { explainJsonError } from './json-error.ts';
import { isRunId } from './run-id.ts';
import { files } from './write-run.ts';

const newRun = './olympus bench makes a new one';

/**
 * Reads a stored run: a folder, an id or a name below `root`, or "latest" (the youngest that has a result).
 * @throws Fault (usage) when there is no such run, and when its result is damaged, naming what is wrong.
 */
export async function readRun(root: string, which: string): Promise<{ result: Result; directory: string }> {
  const directory = await findRun(root, which);
  return { result: await parseResult(directory), directory };
}

/** Its folder. @throws Fault (usage) when there is no such run */
export async function findRun(root: string, which: string): Promise<string> {
  const ids = await idsIn(root);
  if (which === 'latest') {
    for (const id of ids.toReversed()) if (await exists(join(root, id, files.result))) return join(root, id);
    throw usage(`There is no run in ${root}.`, `${newRun}.`);
  }
  if (/^[\w-]+$/.test(which) && (await exists(join(root, which)))) return join(root, which);
  if (which && (await exists(join(which, files.result)))) return which;
  if (which && (await exists(which)))
    throw damaged(which, `has no ${files.result}`, 'Name the folder of a run, its id, or "latest".');
  const named = await namedRuns(root);
  const id = named.get(which);
  if (id !== undefined) return join(root, id);
  throw usage(
    `There is no run "${which}" in ${root}.`,
    ids.length
      ? suggest(which, ['latest', ...named.keys(), ...ids.toReversed().slice(0, 5)])
      : `There are none yet: ${newRun}.`,
  );
}

/** Whole runs and incomplete ones, oldest first. */
const idsIn = async (root: string): Promise<string[]> =>
  (await readdir(root).catch(() => [])).filter(isRunId).sort();

/** The ids of a folder by the names that people gave; a result that cannot be read has none. */
export async function namedRuns(root: string): Promise<ReadonlyMap<string, string>> {
  const named = new Map<string, string>();
  for (const id of await idsIn(root)) {
    const result = await parseResult(join(root, id)).catch(() => null);
    if (result?.run.name !== undefined) named.set(result.run.name, id);
  }
  return named;
}

/** Reads and checks the result of a directory. @throws Fault (usage) naming the file and what is wrong with it. */
export async function parseResult(directory: string): Promise<Result> {
  const file = join(directory, files.result);
  const text = await readFile(file, 'utf8').catch((error: NodeJS.ErrnoException) => {
    const why = error.code === 'ENOENT' ? `has no ${files.result}` : `cannot be read: ${error.message}`;
    throw damaged(directory, why, `The run was cut off before anything was saved; ${newRun}.`, error);
  });
  let data: unknown;
  try {
    data = JSON.parse(text);
  } catch (error) {
    const where = explainJsonError(text, error as Error);
    throw damaged(file, `is no JSON: ${where}`, `Restore the file; ${newRun}.`, error);
  }
  return check(file, data);
}

let validator: ReturnType<typeof Compile<typeof ResultSchema>> | undefined;

function check(file: string, data: unknown): Result {
  const version = (data as { schemaVersion?: unknown } | null)?.schemaVersion;
  if (version === 1) return check(file, upgradeRun(data as object));
  if (typeof version === 'number' && version !== schemaVersion)
    throw damaged(
      file,
      `has schemaVersion ${version}; this version reads ${schemaVersion}`,
      version > schemaVersion
        ? 'Read it with a newer version.'
        : `Read it with the version that wrote it; ${newRun}.`,
    );
  validator ??= Compile(ResultSchema);
  if (validator.Check(data)) {
    const { id } = (data as Result).run;
    if (isRunId(id)) return { ...(data as Result), figures: figuresOf(data as Result) };
    throw damaged(
      file,
      `says that its run.id is ${JSON.stringify(id)}, which is none`,
      'Who wrote this file?',
    );
  }
  throw damaged(
    file,
    `is no result: ${firstProblem(validator.Errors(data))}`,
    `Restore the file; ${newRun}.`,
  );
}

interface Problem {
  readonly keyword: string;
  readonly instancePath: string;
  readonly params: object;
  readonly message: string;
}

/** The first problem in words. Alternatives ("a number or null") are told as what each of them demands. */
function firstProblem(problems: readonly Problem[]): string {
  const [first] = problems;
  if (!first) return 'it does not follow the schema';
  const key = first.instancePath.slice(1).replaceAll('/', '.') || 'the document';
  const alternatives = problems
    .filter(({ keyword, instancePath }) => instancePath === first.instancePath && keyword !== 'anyOf')
    .map(({ message }) => message);
  return `${key} ${[...new Set(alternatives)].join(' or ') || first.message}`;
}

const damaged = (what: string, why: string, next: string, cause?: unknown): Fault =>
  usage(`${what} ${why}.`, next, cause);

const exists = async (path: string): Promise<boolean> => (await stat(path).catch(() => null)) !== null;
