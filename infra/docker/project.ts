import { createHash } from 'node:crypto';
import { basename, join } from 'node:path';
import { type Ended, runChild } from '../process/run-child.ts';
import { type Engine, output } from './engine.ts';

/** What every container, network and volume of ours carries; what does not is never touched. */
export const ourLabel = 'dev.olympus-bench.topology';

const composeFolder = join(import.meta.dirname, '..', 'compose');

/** A Compose project of ours: what its folder says, on an engine. */
export interface Project {
  readonly engine: Engine;
  /** Holds compose.env, settings and secrets. */
  readonly folder: string;
  readonly name: string;
  /** Values of the variables of compose.yaml. */
  readonly variables: Readonly<Record<string, string>>;
}

/** Names of two folders never meet, and no project of the user's is called so by chance. */
export const projectName = (folder: string): string =>
  `olympus-bench-${basename(folder).toLowerCase()}-${createHash('sha256').update(folder).digest('hex').slice(0, 8)}`;

/** The command line of a Compose command on a project, to be run with `composeEnvironment`. */
export function composeCommand(
  { engine, folder, name }: Project,
  args: readonly string[],
): [string, ...string[]] {
  const [program, ...first] = engine.compose;
  const files = [
    'compose.yaml',
    ...(Number.parseInt(engine.version, 10) >= 25 ? ['compose.since-25.yaml'] : []),
  ];
  return [
    program,
    ...first,
    ...['--project-name', name, '--env-file', join(folder, 'compose.env'), '--profile', 'cache-cluster'],
    ...files.flatMap((file) => ['--file', join(composeFolder, file)]),
    ...args,
  ];
}

export const composeEnvironment = ({ variables }: Pick<Project, 'variables'>): NodeJS.ProcessEnv => ({
  ...process.env,
  COMPOSE_IGNORE_ORPHANS: 'true',
  COMPOSE_PROGRESS: 'plain',
  ...variables,
});

/** Runs a Compose command to its end. */
export function compose(
  project: Project,
  args: readonly string[],
  options: { readonly signal: AbortSignal; readonly onLine?: (line: string) => void },
): Promise<Ended> {
  const [program, ...rest] = composeCommand(project, args);
  return runChild(program, rest, { ...options, env: composeEnvironment(project) });
}

/** What a Compose command printed. @throws Error with what it complained of. */
export async function composeOutput(project: Project, args: readonly string[]): Promise<string> {
  const [program, ...rest] = composeCommand(project, args);
  return output(program, rest, composeEnvironment(project));
}

/** A container of a project, as the engine sees it. */
export interface Container {
  readonly service: string;
  readonly id: string;
  /** running, exited, created, ... */
  readonly state: string;
  /** healthy, unhealthy, starting, or empty. */
  readonly health: string;
  readonly exitCode: number;
  /** On the engine's machine; 0 when it does not run. */
  readonly pid: number;
  readonly ours: boolean;
}

interface Inspected {
  readonly Id: string;
  readonly Config: { readonly Labels: Record<string, string> };
  readonly State: {
    readonly Status: string;
    readonly Pid: number;
    readonly ExitCode: number;
    readonly Health?: { readonly Status: string };
  };
}

/** All containers of a project's name, ours or not, living or not. */
export async function containers(engine: Engine, name: string): Promise<Container[]> {
  const filter = `label=com.docker.compose.project=${name}`;
  const ids = (
    await output(engine.docker, ['ps', '--all', '--quiet', '--no-trunc', '--filter', filter])
  ).split('\n');
  const found = ids.filter(Boolean);
  if (found.length === 0) return [];
  const inspected = JSON.parse(await output(engine.docker, ['inspect', ...found])) as Inspected[];
  return inspected.map(({ Id, Config, State }) => ({
    service: Config.Labels['com.docker.compose.service'] ?? '',
    id: Id,
    state: State.Status,
    health: State.Health?.Status ?? '',
    exitCode: State.ExitCode,
    pid: State.Pid,
    ours: ourLabel in Config.Labels,
  }));
}

/** The last lines that a container said. */
export async function containerLog(engine: Engine, id: string, lines = 8): Promise<string> {
  const ended = await runChild(engine.docker, ['logs', '--tail', `${lines}`, id], {
    signal: AbortSignal.timeout(10_000),
  }).catch(() => undefined);
  return ended?.last.slice(-lines).join('\n') ?? '';
}
