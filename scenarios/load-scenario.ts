import { readFileSync } from 'node:fs';
import { duration } from '../config/duration.ts';
import { usage } from '../config/fault.ts';
import { suggest } from '../config/nearest.ts';
import { type Milliseconds, milliseconds } from '../config/units.ts';
import type { EndpointName, Login } from '../infra/topology/endpoint.ts';
import { shownPath } from './shown-path.ts';
import type { Statement } from './statement.ts';

/** Where a load goes: one endpoint that speaks PostgreSQL, or writes to the primary and reads to the replicas. */
export const routes = ['primary', 'replica1', 'replica2', 'pooler', 'replicas'] as const satisfies (
  | EndpointName
  | 'replicas'
)[];
export type Route = (typeof routes)[number];

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
  /** Its arrivals are sessions, each of several requests. */
  readonly sessions: boolean;
  /** As the script says it, in so many figures; undefined where it says nothing, or reckons. */
  readonly duration: Milliseconds | undefined;
  readonly warmup: Milliseconds | undefined;
  readonly rate: number | undefined;
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
    sessions: /^\s*session\s*(?::|,\s*$)/m.test(text),
    duration: timeIn(path, text, 'duration'),
    warmup: timeIn(path, text, 'warmup'),
    rate: numberIn(text, 'rate'),
  };
}

/** The statements that a script names, GROUP/NAME each, whether a catalogue has them or not. */
export const namedStatements = (path: string): string[] => [
  ...new Set(
    [
      ...readFileSync(path, 'utf8')
        .replaceAll(/\bfrom\s+['"][^'"]+['"]/g, '')
        .matchAll(/['"]([a-z]\w*(?:-\w+)*\/[\w/-]+)['"]/g),
    ].map(([, name]) => name!),
  ),
];

interface Said {
  readonly value: string | number;
  readonly line: number;
}

/** What the script itself says of a key, in so many figures; what its `options` say is said to k6, not to run(). */
function literals(text: string, key: string): Said[] {
  const code = withoutComments(text);
  const [from, to] = optionsIn(code);
  const said = new RegExp(`[{,\\s]${key}:\\s*(?:'([^']*)'|"([^"]*)"|(-?[\\d.]+))\\s*[,}\\n]`, 'g');
  return [...code.matchAll(said)]
    .filter(({ index }) => index < from || index >= to)
    .map(({ index, 0: all, 1: single, 2: double, 3: number }) => ({
      value: number === undefined ? (single ?? double!) : Number(number),
      line: code.slice(0, index + all.indexOf(key)).split('\n').length,
    }));
}

/** The same text with blanks in place of its comments. */
const withoutComments = (text: string): string =>
  text.replace(/(['"`])(?:\\[\s\S]|(?!\1)[^\\])*\1|\/\*[\s\S]*?\*\/|\/\/[^\n]*/g, (part) =>
    part.startsWith('/') ? part.replace(/[^\n]/g, ' ') : part,
  );

/** Where `export const options = {...}` begins and ends; an empty stretch where there is none. */
function optionsIn(code: string): [number, number] {
  const found = /\bexport\s+const\s+options\b[^={]*=\s*(?=\{)/.exec(code);
  if (!found) return [0, 0];
  let depth = 0;
  for (let at = found.index + found[0].length; at < code.length; at++) {
    if (code[at] === '{') depth++;
    else if (code[at] === '}' && --depth === 0) return [found.index, at];
  }
  return [found.index, code.length];
}

/** @throws Fault (usage) where a script says it twice: which one holds is known only when it runs */
function onlyOne(path: string, said: readonly Said[], key: string): Said | undefined {
  const [first, ...others] = said;
  const other = others.find(({ value }) => value !== first!.value);
  if (!first || !other) return first;
  throw usage(
    `${shownPath(path)}:${other.line}: ${key} is ${other.value}, and in line ${first.line} it is ${first.value}.`,
    `A load has one ${key}: say it once, or once for the first and reckon the others from it.`,
  );
}

/**
 * k6 takes a number for seconds, and text like "1m30s".
 * @throws Fault (usage) for what is no time: the harness would measure for another one
 */
function timeIn(path: string, text: string, key: string): Milliseconds | undefined {
  const said = onlyOne(path, literals(text, key), key);
  if (said === undefined) return undefined;
  const { value, line } = said;
  if (typeof value === 'number' && value >= 0) return milliseconds(1000 * value);
  const parts = String(value).match(/\d+(?:\.\d+)?(?:ms|s|m|h)/g) ?? [];
  if (parts.length === 0 || parts.join('') !== value)
    throw usage(
      `${shownPath(path)}:${line}: ${key} is ${value}, which is no time.`,
      `For example: ${key}: '30s'`,
    );
  return milliseconds(parts.reduce((sum, part) => sum + duration(key, part), 0));
}

function numberIn(text: string, key: string): number | undefined {
  const number = literals(text, key)[0]?.value;
  return typeof number === 'number' ? number : undefined;
}

function readTags(path: string, text: string): Map<Tag, string> {
  const comment = /^\s*\/\*\*[\s\S]*?\*\//.exec(text)?.[0] ?? '';
  const said = new Map<Tag, string>();
  for (const [i, line] of comment.split('\n').entries())
    for (const [, begin = '', tag = '', word = ''] of line.matchAll(tagInLine)) {
      // In the middle of a line an unknown word may be prose; at its beginning it is meant.
      if (begin.trim() === '' && !Object.hasOwn(tags, tag)) continue;
      const words: readonly string[] | undefined = tags[tag as Tag];
      const where = `${shownPath(path)}:${i + 1}`;
      if (!words) throw usage(`${where}: there is no tag "@${tag}".`, suggest(tag, Object.keys(tags)));
      if (!words.includes(word)) throw usage(`${where}: @${tag} is "${word}".`, suggest(word, words));
      said.set(tag as Tag, word);
    }
  return said;
}

/** "@tag word", at the beginning of a line of the comment (behind its star) or in the middle of one. */
const tagInLine = /(^\s*\/?\*+\s*|\s)@([\w-]+)(?:[ \t]+(?!@|\*\/)(\S+))?/g;
