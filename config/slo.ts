import { readFile } from 'node:fs/promises';
import { extname, resolve } from 'node:path';
import { pathToFileURL } from 'node:url';
import { isMap, isScalar, LineCounter, type Node, parseDocument } from 'yaml';
import { duration } from './duration.ts';
import { type Fault, usage } from './fault.ts';
import { suggest } from './nearest.ts';

const levels = ['p50', 'p90', 'p99', 'p999', 'max'] as const;
export type Level = (typeof levels)[number];

/** What a service promises. Times in milliseconds, shares from 0 to 1. */
export interface Slo {
  readonly scenarios: Readonly<Record<string, ScenarioSlo>>;
  /** By name, or by a group: "orders/*". */
  readonly statements: Readonly<Record<string, StatementSlo>>;
  readonly replicas: Readonly<Record<string, ReplicaSlo>>;
  readonly stores: Readonly<Record<string, StoreSlo>>;
}

/** Response times from the intended start. */
export type StatementSlo = Partial<Record<Level, number>> & { readonly errors?: number };
export type ScenarioSlo = StatementSlo & {
  /** Achieved of the offered rate. */
  readonly achieved?: number;
  /** Repeats after a serialization failure or a deadlock, as a share of the requests. */
  readonly retries?: number;
};
export interface ReplicaSlo {
  /** Lag at p99. */
  readonly lag?: number;
  /** Share of reads that missed the newest write. */
  readonly stale?: number;
}

const limitMethods = ['increment', 'script', 'read, then write'] as const;
/** What a store beside PostgreSQL promises; each of them one thing. */
export interface StoreSlo {
  /** olap: every answer is the primary's. */
  readonly equalAnswers?: true;
  /** cache: by this way of counting as many requests are let through as the limit says. */
  readonly limitExact?: (typeof limitMethods)[number];
  /** objects: of writers who put a key that is not there, one is told that it wrote. */
  readonly oneWriter?: true;
}

/** The names that a file may use; an empty list takes any. */
export interface SloNames {
  readonly scenarios: readonly string[];
  readonly statements: readonly string[];
}

const sections = {
  scenarios: [...levels, 'errors', 'achieved', 'retries'],
  statements: [...levels, 'errors'],
  replicas: ['lag', 'stale'],
  stores: ['equalAnswers', 'limitExact', 'oneWriter'],
} as const;
const shares: readonly string[] = ['errors', 'achieved', 'stale', 'retries'];
const facts: readonly string[] = ['equalAnswers', 'oneWriter'];
const replicas = ['replica1', 'replica2'];
/** The store of each promise of `stores`. */
const promisedBy = { olap: 'equalAnswers', cache: 'limitExact', objects: 'oneWriter' } as const;
const stores = Object.keys(promisedBy);

const example = `For example:
  scenarios:
    storefront: { p99: 50ms, errors: 0.1%, achieved: 98% }
  statements:
    orders/*: { p99: 20ms }
  replicas:
    replica1: { lag: 1s }
  stores:
    olap: { equalAnswers: yes }`;

/**
 * Reads an SLO file: YAML, JSON, or a module (.ts, .js) whose default export is the same object.
 * @throws Fault (usage) with the line of what is wrong, and the nearest right word
 */
export async function readSlo(file: string, names: SloNames): Promise<Slo> {
  if (['.ts', '.js', '.mjs'].includes(extname(file))) return readModule(file, names);
  const text = await readFile(file, 'utf8').catch((error: Error) => {
    throw usage(`Cannot read ${file}: ${error.message}`, `Name an SLO file. ${example}`, error);
  });
  return parseSlo(file, text, names);
}

async function readModule(file: string, names: SloNames): Promise<Slo> {
  try {
    const module = (await import(pathToFileURL(resolve(file)).href)) as { default?: unknown };
    return parseSlo(file, JSON.stringify(module.default ?? null), names);
  } catch (error) {
    if ((error as Fault).reason === 'usage') throw error;
    throw usage(
      `Cannot load ${file}: ${(error as Error).message}`,
      `It exports the objectives as default. ${example}`,
      error,
    );
  }
}

export function parseSlo(file: string, text: string, names: SloNames): Slo {
  const lines = new LineCounter();
  const document = parseDocument(text, { lineCounter: lines });
  const at = (node: Node | null | undefined) => `${file}:${lines.linePos(node?.range?.[0] ?? 0).line}`;
  const [problem] = document.errors;
  if (problem)
    throw usage(`${file}:${problem.linePos?.[0].line ?? 1}: ${problem.message.split('\n')[0]}`, example);
  const found = { scenarios: {}, statements: {}, replicas: {}, stores: {} } as Record<
    keyof typeof sections,
    Record<string, Limits>
  >;
  const known = { ...names, replicas, stores };
  for (const [section, entries, place] of pairsOf(document.contents, at)) {
    if (!Object.hasOwn(sections, section))
      throw usage(
        `${place}: there is no "${section}" in an SLO file.`,
        suggest(section, Object.keys(sections)),
      );
    const kind = section as keyof typeof sections;
    for (const [name, limits, where] of pairsOf(entries, at)) {
      const right = known[kind];
      const group =
        kind === 'statements' &&
        name.endsWith('/*') &&
        right.some((one) => one.startsWith(name.slice(0, -1)));
      if (right.length > 0 && !right.includes(name) && !group)
        throw usage(`${where}: ${kind} has no "${name}".`, suggest(name, right));
      const allowed = kind === 'stores' ? [promisedBy[name as keyof typeof promisedBy]] : sections[kind];
      found[kind][name] = limitsOf(kind === 'stores' ? name : kind, allowed, limits, at);
    }
  }
  if (Object.values(found).every((one) => Object.keys(one).length === 0))
    throw usage(`${file} holds no objective.`, example);
  return found as Slo;
}

type Pair = readonly [key: string, value: Node | null, place: string];

function pairsOf(node: unknown, at: (node: Node | null) => string): Pair[] {
  if (!isMap(node)) throw usage(`${at(node as Node | null)}: names with values are due here.`, example);
  return node.items.map(({ key, value }) => [
    String(isScalar(key) ? key.value : key),
    value as Node | null,
    at(key as Node),
  ]);
}

type Limits = Record<string, number | string | true>;

function limitsOf(
  what: string,
  allowed: readonly string[],
  node: Node | null,
  at: (node: Node | null) => string,
): Limits {
  const limits: Limits = {};
  const told: { level: Level; limit: number; place: string }[] = [];
  for (const [key, value, place] of pairsOf(node, at)) {
    if (!allowed.includes(key))
      throw usage(`${place}: ${what} has no limit "${key}".`, suggest(key, allowed));
    limits[key] = limitOf(place, key, isScalar(value) ? String(value.value).trim() : '');
    if (levels.includes(key as Level))
      told.push({ level: key as Level, limit: limits[key] as number, place });
  }
  told.sort((a, b) => levels.indexOf(a.level) - levels.indexOf(b.level));
  for (const [i, { level, limit, place }] of told.entries())
    if (i > 0 && limit < told[i - 1]!.limit)
      throw usage(
        `${place}: ${level} is limited more tightly than ${told[i - 1]!.level}, and can never be shorter than it.`,
        'Exchange the two, or leave one out.',
      );
  return limits;
}

function limitOf(place: string, key: string, text: string): number | string | true {
  if (shares.includes(key)) return share(place, key, text);
  if (facts.includes(key)) return fact(place, key, text);
  return key === 'limitExact' ? method(place, text) : time(place, key, text);
}

function fact(place: string, key: string, text: string): true {
  if (text === 'yes' || text === 'true') return true;
  throw usage(
    `${place}: ${key} is promised by yes, not by "${text}".`,
    `Write ${key}: yes, or leave it out.`,
  );
}

function method(place: string, text: string): string {
  if ((limitMethods as readonly string[]).includes(text)) return text;
  throw usage(
    `${place}: limitExact takes the way in which your service counts, not "${text}".`,
    suggest(text, limitMethods),
  );
}

function share(place: string, key: string, text: string): number {
  const match = /^(\d+(?:\.\d+)?)\s*%$/.exec(text.trim());
  if (match && Number(match[1]) <= 100) return Number(match[1]) / 100;
  throw usage(`${place}: ${key} takes a share such as 0.1%, not "${text}".`, `For example: ${key}: 0.1%`);
}

function time(place: string, key: string, text: string): number {
  const wrong = usage(
    `${place}: ${key} takes a time such as 20ms, not "${text}".`,
    `For example: ${key}: 20ms`,
  );
  let limit: number;
  try {
    limit = duration(`${place}: ${key}`, text);
  } catch {
    throw wrong;
  }
  if (limit > 0) return limit;
  throw wrong;
}
