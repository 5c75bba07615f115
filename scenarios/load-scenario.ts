import { readFileSync } from 'node:fs';
import { usage } from '../config/fault.ts';
import { suggest } from '../config/nearest.ts';
import { endpointNames } from '../infra/endpoints/endpoints.ts';
import type { EndpointName, Login } from '../infra/topology/endpoint.ts';
import { shownPath } from './header.ts';
import type { Statement } from './statement.ts';

/** Where a load goes: one endpoint, or writes to the primary and reads to the replicas. */
export type Route = EndpointName | 'replicas';
export const routes: readonly Route[] = [...endpointNames, 'replicas'];

/** What must be known of a load script before k6 runs it; the script itself decides everything else. */
export interface LoadScenario {
  /** Statements of the catalogue that it names; all that an application may read when it names none. */
  readonly statements: readonly Statement[];
  /** It sends writes, so it is given a copy of the database. */
  readonly writes: boolean;
  /** `@via`: where it goes when nobody says otherwise. */
  readonly via: Route | undefined;
  /** `@as`: who logs in. */
  readonly login: Login;
  /** `@rate own`: its own rate is meant, not a share of what the endpoint can do. */
  readonly ownRate: boolean;
}

const tags = {
  via: routes,
  as: ['app', 'owner'],
  rate: ['own'],
} as const satisfies Record<string, readonly string[]>;
type Tag = keyof typeof tags;

/**
 * Reads a script's `@tag word` lines in its first comment, and the statements that it names.
 * @throws Fault (usage) for a tag or a word that there is not, with file, line and the nearest right one.
 */
export function readLoadScenario(path: string, catalogue: readonly Statement[] = []): LoadScenario {
  const text = readFileSync(path, 'utf8');
  const said = readTags(path, text);
  const login = (said.get('as') ?? 'app') as Login;
  const allowed = catalogue.filter(({ role }) => login === 'owner' || role === 'app');
  const named = allowed.filter(({ name }) => text.includes(`'${name}'`) || text.includes(`"${name}"`));
  const statements = named.length > 0 ? named : allowed.filter(({ kind }) => kind === 'read');
  return {
    statements,
    writes: statements.some(({ kind }) => kind === 'write'),
    via: said.get('via') as Route | undefined,
    login,
    ownRate: said.has('rate'),
  };
}

function readTags(path: string, text: string): Map<Tag, string> {
  const comment = /^\s*\/\*\*[\s\S]*?\*\//.exec(text)?.[0] ?? '';
  const said = new Map<Tag, string>();
  for (const [i, line] of comment.split('\n').entries()) {
    const [, tag = '', word = ''] = /^\s*\*\s*@([\w-]+)\s*(.*?)\s*$/.exec(line) ?? [];
    if (tag === '') continue;
    const words: readonly string[] | undefined = tags[tag as Tag];
    const where = `${shownPath(path)}:${i + 1}`;
    if (!words) throw usage(`${where}: there is no tag "@${tag}".`, suggest(tag, Object.keys(tags)));
    if (!words.includes(word)) throw usage(`${where}: @${tag} is "${word}".`, suggest(word, words));
    said.set(tag as Tag, word);
  }
  return said;
}
