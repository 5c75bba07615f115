import { existsSync, readdirSync } from 'node:fs';
import { basename, dirname, join, resolve } from 'node:path';
import { Fault } from '../config/fault.ts';
import { suggest } from '../config/nearest.ts';

const scripts = join(import.meta.dirname, 'load');
/** Files beside the scripts that are none. */
const shared = ['environment.ts'];

/** The load scripts by name: those of a project's own folder first, then the shipped ones. */
export const loadScenarios = (own: string | null = null): string[] => [
  ...new Set([...(own === null ? [] : scriptsIn(own)), ...scriptsIn(scripts)]),
];

const scriptsIn = (folder: string): string[] =>
  readdirSync(folder)
    .filter((file) => /^[\w-]+\.ts$/.test(file) && !shared.includes(file))
    .map((file) => basename(file, '.ts'));

/** Whether it is a script of ours, and not the user's own. */
export const isShipped = (script: string): boolean => dirname(resolve(script)) === scripts;

/**
 * The script of a scenario: a name of the project's own folder, a shipped one, or a path.
 * @throws Fault (usage) naming the nearest.
 */
export function scenarioScript(name: string, own: string | null = null): string {
  if (name.endsWith('.ts') && existsSync(name)) return resolve(name);
  if (own !== null && scriptsIn(own).includes(name)) return join(own, `${name}.ts`);
  const known = loadScenarios(own);
  if (known.includes(name) || name.startsWith('self/')) return join(scripts, `${name}.ts`);
  throw new Fault('usage', `There is no load scenario "${name}".`, suggest(name, known));
}
