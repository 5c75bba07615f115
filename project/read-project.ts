import { existsSync, readFileSync, statSync } from 'node:fs';
import { dirname, join, relative, resolve } from 'node:path';
import { type Document, isMap, isScalar, LineCounter, type Pair, parseDocument, type YAMLMap } from 'yaml';
import { usage } from '../config/fault.ts';
import { suggest } from '../config/nearest.ts';
import { type NamedTopology, namedTopology } from '../infra/topology/named-topology.ts';
import { entriesOf } from '../infra/topology/topology-file.ts';
import { shownPath } from '../scenarios/shown-path.ts';
import { readSqlText } from '../scenarios/sql-text.ts';
import type { TenantQuery } from '../scenarios/tenants.ts';
import type { DefaultOption, Project } from './project.ts';

export const projectFile = 'olympus.yaml';
export const shopDirectory = join(import.meta.dirname, '..');

const keys = [
  'name',
  'endpoints',
  'topology',
  'roles',
  'tenants',
  'identity',
  'tenantColumn',
  'values',
  'statements',
  'sources',
  'scenarios',
  'promises',
  'acceptedFindings',
  'defaults',
  'data',
] as const;
type Key = (typeof keys)[number];

/**
 * The project of a folder, or else of the nearest folder upwards that has one, or else the shop.
 * @throws Fault (usage) with the line of what is wrong in its olympus.yaml
 */
export function findProject(named: string | undefined, from = process.cwd()): Project {
  if (named !== undefined) {
    const directory = resolve(named);
    if (!existsSync(join(directory, projectFile)))
      throw usage(
        `${named} holds no ${projectFile}, so it is no project.`,
        `Write one, or have it written from your database: ./olympus init ${named} --from URL`,
      );
    return readProject(directory);
  }
  for (let folder = resolve(from); ; folder = dirname(folder)) {
    if (existsSync(join(folder, projectFile))) return readProject(folder);
    if (folder === dirname(folder)) return readProject(shopDirectory);
  }
}

/** @throws Fault (usage) with the line of what is wrong */
export function readProject(directory: string): Project {
  const path = join(directory, projectFile);
  const file = relative(process.cwd(), path).startsWith('..') ? path : relative(process.cwd(), path);
  return parseProject(file, readFileSync(path, 'utf8'), directory);
}

/** @param file for messages */
export function parseProject(file: string, text: string, directory: string): Project {
  const reader = new ProjectReader(file, text, directory);
  const endpoints = reader.map('endpoints');
  const topology = reader.text('topology');
  if (endpoints && topology)
    throw reader.wrong('topology', '"endpoints" and "topology" are both given.', 'Keep one of them.');
  const roles = reader.texts('roles', ['app', 'owner']);
  const data = reader.text('data') ?? null;
  if (data !== null && data !== 'generators')
    throw reader.wrong(
      'data',
      `"data" is "${data}".`,
      'It takes "generators", which makes the shop\'s own schema and rows; without it the database is measured as it is.',
    );
  return {
    name: reader.text('name') ?? 'project',
    directory,
    topology: endpoints
      ? {
          source: file,
          explicit: true,
          entries: entriesOf(endpoints, reader.document, (offset) => reader.at(offset)),
        }
      : topology
        ? namedFrom(topology, directory)
        : null,
    roles: { app: roles.app ?? null, owner: roles.owner ?? null },
    tenants: tenantsOf(reader),
    tenantColumn: reader.text('tenantColumn') ?? null,
    statements: reader.path('statements') ?? join(directory, 'statements'),
    sources: reader.path('sources') ?? join(directory, 'sources'),
    scenarios: reader.path('scenarios') ?? existing(join(directory, 'scenarios')),
    promises: reader.path('promises') ?? null,
    acceptedFindings: reader.path('acceptedFindings') ?? null,
    values: valuesOf(reader),
    defaults: reader.defaults(),
    data: data === null ? 'asIs' : 'generated',
  };
}

const existing = (path: string): string | null => (existsSync(path) ? path : null);

function namedFrom(word: string, directory: string): NamedTopology {
  const path = resolve(directory, word);
  return namedTopology(existsSync(path) ? path : word);
}

function valuesOf(reader: ProjectReader): Project['values'] {
  const word = reader.text('values') ?? 'masked';
  if (word === 'masked' || word === 'shown') return word;
  throw reader.wrong('values', `"values" is "${word}".`, 'It takes masked (the default) or shown.');
}

/** A file, or the query itself. */
function tenantsOf(reader: ProjectReader): TenantQuery | null {
  const given = reader.text('tenants');
  const identity = reader.texts('identity');
  if (given === undefined) {
    if (Object.keys(identity).length > 0)
      throw reader.wrong(
        'identity',
        '"identity" names columns of tenants, and there is no "tenants".',
        'Add a query that lists every tenant: tenants: SELECT id, size FROM ...',
      );
    return null;
  }
  if (/^\s*(select|with)\b/i.test(given))
    return { file: reader.file, sql: readSqlText(given).single, identity };
  const file = reader.path('tenants')!;
  return { file: shownPath(file), sql: readSqlText(readFileSync(file, 'utf8')).single, identity };
}

/** One olympus.yaml: its values by key, and where each stands. */
class ProjectReader {
  readonly file: string;
  readonly document: Document.Parsed;
  readonly #directory: string;
  readonly #lines = new LineCounter();
  readonly #pairs = new Map<Key, Pair>();

  constructor(file: string, text: string, directory: string) {
    this.file = file;
    this.#directory = directory;
    this.document = parseDocument(text, { lineCounter: this.#lines, prettyErrors: false, uniqueKeys: true });
    const [error] = this.document.errors;
    if (error) throw usage(`${this.at(error.pos[0])}: this is no YAML: ${error.code}`, example);
    if (!isMap(this.document.contents)) throw usage(`${file}: it names nothing to measure.`, example);
    for (const pair of this.document.contents.items) {
      const key = String(isScalar(pair.key) ? pair.key.value : pair.key);
      if (!keys.includes(key as Key))
        throw usage(`${this.at(offsetOf(pair))}: unknown key "${key}".`, suggest(key, keys));
      this.#pairs.set(key as Key, pair as Pair);
    }
  }

  at(offset: number | undefined): string {
    return offset === undefined ? this.file : `${this.file}:${this.#lines.linePos(offset).line}`;
  }

  wrong(key: Key, what: string, next: string) {
    return usage(`${this.at(offsetOf(this.#pairs.get(key)))}: ${what}`, next);
  }

  map(key: Key): YAMLMap | undefined {
    const value = this.#pairs.get(key)?.value;
    if (value === undefined || isMap(value)) return value;
    throw this.wrong(key, `"${key}" is no map.`, example);
  }

  text(key: Key): string | undefined {
    const value = this.#pairs.get(key)?.value;
    if (value === undefined) return undefined;
    if (isScalar(value) && value.value !== null) return String(value.value);
    throw this.wrong(key, `"${key}" is no text.`, example);
  }

  texts(key: Key, allowed?: readonly string[]): Record<string, string> {
    const found: Record<string, string> = {};
    for (const item of this.map(key)?.items ?? []) {
      const name = String(isScalar(item.key) ? item.key.value : item.key);
      const at = this.at(offsetOf(item));
      if (allowed && !allowed.includes(name))
        throw usage(`${at}: unknown key "${name}" of "${key}".`, suggest(name, allowed));
      if (!isScalar(item.value) || item.value.value === null)
        throw usage(`${at}: "${name}" of "${key}" is no text.`, example);
      found[name] = String(item.value.value);
    }
    return found;
  }

  /** `option: value` of every command, and `command: { option: value }` of one. */
  defaults(): DefaultOption[] {
    const read = (map: YAMLMap | undefined, command: string | null): DefaultOption[] =>
      (map?.items ?? []).flatMap((item) => {
        const name = String(isScalar(item.key) ? item.key.value : item.key);
        const at = this.at(offsetOf(item));
        if (command === null && isMap(item.value)) return read(item.value, name);
        if (isScalar(item.value) && item.value.value !== null)
          return [{ command, option: name, value: String(item.value.value), at }];
        throw usage(`${at}: "${name}" of "defaults" is neither a value nor a command's options.`, example);
      });
    return read(this.map('defaults'), null);
  }

  /** @throws Fault (usage) when it is not there */
  path(key: Key): string | undefined {
    const given = this.text(key);
    if (given === undefined) return undefined;
    const path = resolve(this.#directory, given);
    if (!statSync(path, { throwIfNoEntry: false }))
      throw this.wrong(
        key,
        `"${key}" names ${given}, which is not there.`,
        `Paths are relative to ${this.file}.`,
      );
    return path;
  }
}

const offsetOf = (pair: { key: unknown } | undefined): number | undefined =>
  isScalar(pair?.key) ? pair.key.range?.[0] : undefined;

const example = `For example:
  name: mine
  endpoints:
    primary: { provider: external, url: env:MY_DB }
  tenants: SELECT id, count(*) AS size FROM accounts GROUP BY id
  identity: { app.tenant_id: id }`;
