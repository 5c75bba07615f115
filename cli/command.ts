import { Command, CommanderError, type Option } from 'commander';
import { exitCodes, Fault } from '../config/fault.ts';
import { fullDisk } from '../config/full-disk.ts';
import type { Permission } from '../infra/external/permission.ts';
import type { Project } from '../project/project.ts';
import { findProject } from '../project/read-project.ts';
import { interruptible } from './interrupt.ts';
import { draw } from './progress.ts';
import { applyDefaults, withPlace } from './project-defaults.ts';
import { serverRefusal } from './server-refusal.ts';
import type { TopologyOptions } from './topology-options.ts';

/** What every command is given beside its own options. */
export interface Context {
  readonly progress: ReturnType<typeof draw>;
  readonly signal: AbortSignal;
  readonly json: boolean;
  readonly quiet: boolean;
  /** The cache folder as the user named it; undefined means the default. */
  readonly cache: string | undefined;
  /** PostgreSQL servers of a topology that the command brings up; all when absent. */
  readonly servers?: number;
  /** What docker runs for an official image that the engine does not have. */
  readonly standIns?: NonNullable<TopologyOptions['standIns']>;
  /** What is measured: the project that was named, or the nearest one upwards, or the shop. */
  readonly project: Project;
  /** What may be done to servers that are the user's; nothing, where a command does not ask. */
  readonly permission: Permission;
  /** Whether to wait for another command that works on the same topology; else it is an error. */
  readonly wait: boolean;
  /** Whether what another checkout holds may be used. */
  readonly notMine: boolean;
  /** Whether to open the report at the end. */
  readonly open: boolean;
  /** The port of a page that shows the run while it is under way, "0" for any; undefined: none. */
  readonly live: string | undefined;
  /** One answer: `document` alone on stdout with --json, `text` otherwise. */
  answer(document: unknown, text: string): void;
}

/** A command's work: returns its exit code, nothing for 0. */
export type Action<Options> = (
  context: Context,
  options: Options,
  ...args: string[]
) => Promise<number | undefined>;

/** Describes one command; `load` imports its work when it is called, so that the others cost nothing. */
export function command<Options>(
  usage: string,
  what: string,
  {
    options = [],
    example,
    more,
    load,
  }: {
    options?: Option[];
    example: string;
    /** What its arguments can be, read when the help is printed. */
    more?: () => string;
    load: () => Promise<Action<Options>>;
  },
): Command {
  const described = new Command(usage.split(' ')[0])
    .description(what)
    .option('--json', 'print one JSON document on stdout and nothing else there')
    .option('--quiet', 'no progress')
    .option(
      '--project <dir>',
      'a project of your own (its olympus.yaml); default: the nearest upwards, else the shop',
    )
    .option('--cache <dir>', 'folder for servers, builds and data (also OLYMPUS_CACHE)')
    .addHelpText('after', () => (more ? `\n${more()}` : ''))
    .addHelpText('after', `\nExample:\n  $ ${example}`)
    .exitOverride();
  for (const argument of usage.split(' ').slice(1)) described.argument(argument);
  for (const option of options) described.addOption(option);
  return described.action(async (...received: unknown[]) => {
    const self = received.at(-1) as Command;
    const named = self.opts<{ project?: string }>().project;
    let project: Project | undefined;
    const ofProject = () => {
      project ??= findProject(named);
      return project;
    };
    // of every command that measures, or looks at runs
    const defaults = self.options.some(({ long }) => long === '--out' || long === '--topology')
      ? applyDefaults(self, ofProject())
      : [];
    const given = self.opts<
      {
        json?: boolean;
        quiet?: boolean;
        cache?: string;
        project?: string;
        open?: boolean;
        live?: string | true;
      } & TopologyOptions
    >();
    if (given.cache) process.env.OLYMPUS_CACHE = given.cache;
    const progress = draw(process.stderr, { quiet: given.quiet ?? false });
    if (defaults.length > 0)
      progress.note(
        `by default of the project: ${defaults.map(({ flag, value }) => `${flag} ${value}`).join(', ')}`,
      );
    const context: Context = {
      progress,
      signal: interruptible(),
      json: given.json ?? false,
      quiet: given.quiet ?? false,
      cache: given.cache,
      ...(given.servers && { servers: Number(given.servers) }),
      ...(given.standIns && { standIns: given.standIns }),
      get project() {
        return ofProject();
      },
      permission: {
        allowWrites: given.allowWrites ?? false,
        allowLoad: given.allowLoad ?? false,
        notOurs: given.iKnowItIsNotOurs,
      },
      wait: given.wait ?? true,
      notMine: given.notMine ?? false,
      open: given.open ?? false,
      live: given.live === true ? '0' : given.live,
      answer(document, text) {
        process.stdout.write(given.json ? `${JSON.stringify(document, null, 2)}\n` : `${text}\n`);
      },
    };
    try {
      const work = await load();
      const code = await work(context, given as Options, ...(self.processedArgs.flat() as string[]));
      process.exitCode = code ?? exitCodes.done;
    } catch (error) {
      throw withPlace(error, defaults);
    } finally {
      progress.end();
    }
  });
}

/** Prints what went wrong, where and what to do next, and returns the exit code. */
export function printFault(thrown: unknown): number {
  const error = fullDisk(thrown) ?? (thrown instanceof Fault ? undefined : serverRefusal(thrown)) ?? thrown;
  if (error instanceof CommanderError) return error.exitCode === 0 ? exitCodes.done : exitCodes.usage;
  if (error instanceof Fault) {
    process.stderr.write(`olympus: ${error.message}\n  next: ${error.next}\n`);
    return exitCodes[error.reason];
  }
  const stack = error instanceof Error ? (error.stack ?? error.message) : String(error);
  process.stderr.write(
    `olympus: a defect in Olympus Bench, please report it with these lines:\n${stack.replaceAll(/:\/\/([^:@/\s]+):[^@\s]+@/g, '://$1:***@')}\n`,
  );
  return exitCodes.defect;
}
