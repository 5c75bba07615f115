import { resolve } from 'node:path';
import { type Command, InvalidArgumentError, type Option } from 'commander';
import { Fault, usage } from '../config/fault.ts';
import { suggest } from '../config/nearest.ts';
import type { DefaultOption, Project } from '../project/project.ts';

export interface AppliedDefault {
  readonly flag: string;
  readonly value: string;
  readonly at: string;
}

/** What a command says of an option that nobody typed, with the line that it comes from. */
export function withPlace(error: unknown, defaults: readonly AppliedDefault[]): unknown {
  if (!(error instanceof Fault) || error.reason !== 'usage') return error;
  const from = defaults.find(({ flag }) => error.message.split(/\s/).includes(flag));
  return from ? usage(`${from.at}: ${error.message}`, error.next) : error;
}

/** Words that somebody must type each time: they allow something, or choose the project itself. */
const typedOnly = new Set([
  ...['project', 'cache', 'json', 'quiet', 'help', 'version'],
  ...['allow-writes', 'allow-load', 'i-know-it-is-not-ours', 'attack', 'reload', 'wipe'],
]);
/** Values that are paths: of the project, as every other path of its olympus.yaml. */
const paths = new Set(['out', 'slo']);
/** What is not of use beside an option that was typed. */
const yields: Readonly<Record<string, readonly string[]>> = { rate: ['ramp', 'arrivals', 'model', 'merge'] };

/**
 * Gives a command the options that its project names and nobody typed.
 * @returns what was given
 * @throws Fault (usage) with the line of an option that no command has, that must be typed, or whose value is none
 */
export function applyDefaults(
  command: Command,
  { defaults, directory }: Pick<Project, 'defaults' | 'directory'>,
): AppliedDefault[] {
  const commands = command.parent?.commands ?? [command];
  for (const one of defaults) checkDefault(one, commands);
  const own = defaults.filter(({ command: of }) => of === null || of === command.name());
  // what stands at the command itself comes last, and holds
  own.sort((a, b) => Number(a.command !== null) - Number(b.command !== null));
  const given = new Map<string, AppliedDefault>();
  for (const { option: name, value, at } of own) {
    const option = command.options.find(({ long }) => long === `--${name}`);
    if (!option || wasTyped(command, option)) continue;
    const text = paths.has(name) ? resolve(directory, value) : value;
    command.setOptionValueWithSource(option.attributeName(), valueFor(option, text, at), 'config');
    given.set(name, { flag: `--${name}`, value, at });
  }
  return [...given.values()];
}

/** It, or another one that rules it out. */
function wasTyped(command: Command, option: Option): boolean {
  const typed = ({ attributeName }: { attributeName: string }) =>
    command.getOptionValueSource(attributeName) === 'cli';
  const name = option.attributeName();
  const against = command.options
    .filter((other) => conflictsOf(other).includes(name))
    .map((other) => other.attributeName());
  return [name, ...conflictsOf(option), ...against, ...(yields[name] ?? [])].some((attributeName) =>
    typed({ attributeName }),
  );
}

const conflictsOf = (option: Option): readonly string[] =>
  (option as Option & { conflictsWith?: readonly string[] }).conflictsWith ?? [];

function checkDefault({ command: of, option: name, at }: DefaultOption, commands: readonly Command[]): void {
  const names = commands.map((command) => command.name());
  if (of !== null && !names.includes(of))
    throw usage(`${at}: "defaults" names the command "${of}", which there is not.`, suggest(of, names));
  if (typedOnly.has(name))
    throw usage(
      `${at}: --${name} is no default: it is typed each time, so that nothing is allowed unseen.`,
      'Remove it from "defaults".',
    );
  const known = commands
    .filter((command) => of === null || command.name() === of)
    .flatMap(({ options }) => options.map(({ long }) => long?.slice(2) ?? ''));
  if (!known.includes(name))
    throw usage(
      `${at}: ${of === null ? 'no command has' : `${of} has no`} option --${name}.`,
      suggest(
        name,
        [...new Set(known)].filter((option) => !typedOnly.has(option)),
      ),
    );
}

function valueFor(option: Option, text: string, at: string): unknown {
  const wrong = (why: string) => usage(`${at}: ${option.long} of "defaults" is "${text}": ${why}`, example);
  if (option.isBoolean()) {
    if (text === 'true' || text === 'false') return text === 'true';
    throw wrong('it is true or false.');
  }
  if (option.variadic) return [text];
  if (!option.parseArg) return text;
  try {
    return option.parseArg(text, undefined);
  } catch (error) {
    if (error instanceof InvalidArgumentError) throw wrong(error.message);
    if (error instanceof Fault) throw usage(`${at}: ${error.message}`, error.next);
    throw error;
  }
}

const example = `For example:
  defaults:
    suite: smoke
    out: runs
    load: { rate: 50, duration: 60s }`;
