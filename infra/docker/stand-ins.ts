import { createHash } from 'node:crypto';
import { readdirSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import { vectorEngine } from '../endpoints/vector.ts';
import { chdbVersion } from '../setup/chdb.ts';
import { versitygwVersion } from '../setup/versitygw.ts';

export const composeFolder = join(import.meta.dirname, '..', 'compose');
export const servicesFolder = join(import.meta.dirname, '..', 'services');

/** The services of compose.yaml whose image can be replaced where the engine cannot pull. */
export const standInNames = ['postgres', 'pooler', 'cache', 'vector', 'olap', 'objects'] as const;
export type StandInName = (typeof standInNames)[number];

/** What takes the place of an official image. */
export interface StandIn {
  /** Its name: made of the digest of its sources, so that one that is there is never made again. */
  readonly image: string;
  /** Of compose.yaml: the image, and what it is built on. */
  readonly variables: Readonly<Record<string, string>>;
  /** What it is, for people: "Debian's packages". */
  readonly what: string;
}

export const baseImage = () => `olympus-bench/stand-in:${digest(['offline/base.sh'])}`;
export const postgresBase = () =>
  `olympus-bench/postgres-base:${digest(['offline/base.sh', 'offline/compose.yaml', 'offline/postgres'])}`;

export function standIn(name: StandInName): StandIn {
  const tag = (paths: readonly string[], engine = '') =>
    `olympus-bench/${name}:stand-in-${digest(['offline/base.sh', ...paths], engine)}`;
  switch (name) {
    case 'postgres':
      return debian(
        tag(['offline/compose.yaml', 'offline/postgres', 'postgres']),
        'POSTGRES',
        postgresBase(),
      );
    case 'pooler':
      return debian(tag(['pooler']), 'POOLER', baseImage());
    case 'cache':
      return debian(baseImage(), 'CACHE');
    case 'vector':
      return library(
        tag(['offline/vector', '../services/qdrant-shim.py'], vectorEngine),
        'VECTOR',
        'qdrant-edge behind a shim',
      );
    case 'olap':
      return library(
        tag(['offline/olap', '../services/clickhouse-shim.ts'], `${chdbVersion} ${process.version}`),
        'OLAP',
        'chDB behind a shim',
      );
    case 'objects':
      return library(
        tag(['offline/objects'], versitygwVersion),
        'OBJECTS',
        `versitygw ${versitygwVersion} of this machine`,
      );
  }
}

const debian = (image: string, variable: string, base?: string): StandIn => ({
  image,
  what: "Debian's packages",
  variables: {
    [`OLYMPUS_${variable}_IMAGE`]: image,
    ...(base !== undefined && { [`OLYMPUS_${variable}_BASE`]: base }),
  },
});

const library = (image: string, variable: string, what: string): StandIn => ({
  image,
  what,
  variables: { [`OLYMPUS_${variable}_IMAGE`]: image },
});

function digest(paths: readonly string[], engine = ''): string {
  const hash = createHash('sha256').update(engine);
  for (const path of paths)
    for (const file of filesOf(path))
      hash.update(`${file}\0`).update(readFileSync(join(composeFolder, file)));
  return hash.digest('hex').slice(0, 12);
}

function filesOf(path: string): string[] {
  if (/\.\w+$/.test(path)) return [path];
  return readdirSync(join(composeFolder, path), { recursive: true, withFileTypes: true })
    .filter((entry) => entry.isFile())
    .map((entry) => join(entry.parentPath.slice(composeFolder.length + 1), entry.name))
    .sort();
}
