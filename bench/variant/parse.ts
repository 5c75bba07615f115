import { readFile, stat } from 'node:fs/promises';
import { join, resolve } from 'node:path';
import { clusterWide } from '../../analysis/migration/cluster-wide.ts';
import { loadParser } from '../../analysis/migration/parse-sql.ts';
import { usage } from '../../config/fault.ts';
import { suggest } from '../../config/nearest.ts';
import { isEndpoint } from '../../infra/endpoints/endpoints.ts';
import { majors } from '../../infra/local/postgres-version.ts';
import type { EndpointName } from '../../infra/topology/endpoint.ts';
import { type Change, rlsForms, rlsVariant } from './variant.ts';

/** One side of a comparison as it was typed: changes of a copy of the base, and how statements reach it. */
export interface Side {
  /** As typed, for the report. */
  readonly label: string;
  readonly changes: readonly Change[];
  readonly via: EndpointName;
  /** off: every statement as the owner, who bypasses policies; on: each as the catalogue says. */
  readonly rls: 'on' | 'off';
  /** A server of its own: a major version, or the folder of the binaries; null: the topology's. */
  readonly postgres: string | null;
}

export const baseSide: Side = { label: 'base', changes: [], via: 'primary', rls: 'on', postgres: null };

const prefixes = ['sql', 'set', 'migrations', 'rls', 'pg', 'via'] as const;
const routes: readonly EndpointName[] = ['primary', 'replica1', 'replica2', 'pooler'];
const example =
  'For example: "sql:CREATE INDEX ON core.orders (user_id)", set:work_mem=64MB, rls:bare, via:pooler.';

/**
 * Reads `sql:TEXT`, `sql:@FILE`, `set:NAME=VALUE`, `migrations:DIR`, `rls:FORM`, `via:ENDPOINT` and `pg:VERSION`; changes are applied
 * in the order given.
 * @throws Fault (usage) for what cannot be a variant, naming the nearest right word
 */
export async function parseSide(words: readonly string[]): Promise<Side> {
  let side: Side = { ...baseSide, label: words.join(' ') || baseSide.label };
  for (const word of words) {
    const colon = word.indexOf(':');
    const prefix = colon < 0 ? word : word.slice(0, colon);
    const rest = colon < 0 ? '' : word.slice(colon + 1).trim();
    if (word === 'base') continue;
    if (colon < 0 || !prefixes.includes(prefix as never))
      throw usage(
        `"${word}" is no variant: it begins with none of ${prefixes.map((one) => `${one}:`).join(', ')}.`,
        `${suggest(prefix, prefixes)} ${example}`,
      );
    side = await add(side, prefix as (typeof prefixes)[number], rest, word);
  }
  if (side.postgres !== null && side.via !== 'primary')
    throw usage(
      `${side.label}: a server of another version has neither pooler nor replicas.`,
      'Leave out via:, or compare the routes on the topology that has them.',
    );
  return side;
}

async function add(side: Side, prefix: (typeof prefixes)[number], rest: string, word: string): Promise<Side> {
  const changed = (change: Change): Side => ({ ...side, changes: [...side.changes, change] });
  switch (prefix) {
    case 'sql':
      return changed(await sqlChange(rest, word));
    case 'set':
      return changed(settingChange(rest, word));
    case 'migrations':
      return changed({ kind: 'migrations', directory: await existing(rest, word, 'directory') });
    case 'rls':
      return withForm(side, rest, word);
    case 'via':
      if (!routes.includes(rest as EndpointName))
        throw usage(
          isEndpoint(rest)
            ? `${word}: ${rest} does not speak PostgreSQL's protocol to this database.`
            : `${word}: there is no endpoint "${rest}".`,
          suggest(rest, routes),
        );
      return { ...side, via: rest as EndpointName };
    case 'pg':
      return { ...side, postgres: await buildOf(rest, word) };
  }
}

async function buildOf(rest: string, word: string): Promise<string> {
  if (majors.some((major) => String(major) === rest)) return rest;
  if (rest.includes('/')) {
    const folder = await existing(rest, word, 'directory');
    await existing(join(folder, 'postgres'), word, 'file');
    return folder;
  }
  throw usage(
    `${word}: there is no major version "${rest}".`,
    `${suggest(rest, majors.map(String))} A folder of PostgreSQL's binaries can be named too: pg:/path/to/bin.`,
  );
}

async function sqlChange(rest: string, word: string): Promise<Change> {
  if (rest.startsWith('@')) {
    const path = await existing(rest.slice(1), word, 'file');
    await requireWithin(word, await readFile(path, 'utf8'));
    return { kind: 'file', path };
  }
  if (rest.replaceAll(/--[^\n]*|;/g, '').trim() === '')
    throw usage(`"${word}" holds no SQL.`, 'For example: "sql:CREATE INDEX ON core.orders (user_id)".');
  await requireWithin(word, rest);
  return { kind: 'sql', text: rest };
}

/** A copy is dropped with all that was done to it; what was done to the server would stay. @throws Fault (usage) */
async function requireWithin(word: string, sql: string): Promise<void> {
  await loadParser();
  const [first] = clusterWide(sql);
  if (first === undefined) return;
  throw usage(
    `"${word}" holds ${first}, which acts on the whole server and not on the copy alone: it would stay when the copy is dropped. Nothing was changed.`,
    'Leave it out; a setting is tried by set:NAME=VALUE, another login by app: or owner: of the topology file.',
  );
}

function settingChange(rest: string, word: string): Change {
  const [, name, value] = /^([A-Za-z_][\w.]*)\s*=\s*(.*)$/s.exec(rest) ?? [];
  if (!name || value === undefined || value === '')
    throw usage(`"${word}" does not say which setting and which value.`, 'For example: set:work_mem=64MB');
  return { kind: 'set', name, value };
}

function withForm(side: Side, form: string, word: string): Side {
  if (form === 'off') return { ...side, rls: 'off' };
  const known = rlsForms.find((one) => one === form);
  if (!known)
    throw usage(`${word}: there is no such form of the policies.`, suggest(form, [...rlsForms, 'off']));
  return { ...side, changes: [...side.changes, ...rlsVariant(known, '').changes] };
}

async function existing(path: string, word: string, kind: 'file' | 'directory'): Promise<string> {
  const found = await stat(path === '' ? '.' : path).catch(() => null);
  if (path !== '' && found && (kind === 'file' ? found.isFile() : found.isDirectory())) return resolve(path);
  throw usage(
    `"${word}": ${path === '' ? 'no path is given' : `there is no ${kind} ${path}`}.`,
    `Name a ${kind} that is there.`,
  );
}
