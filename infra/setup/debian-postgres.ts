import { existsSync, readdirSync } from 'node:fs';
import { join } from 'node:path';
import type { WantedPackage } from './debian.ts';

const root = '/usr/lib/postgresql';

/** Major versions whose servers Debian's packages have installed here, side by side. */
export const debianPostgres = (): number[] =>
  (existsSync(root) ? readdirSync(root) : [])
    .map(Number)
    .filter((major) => existsSync(join(root, String(major), 'bin/postgres')));

/** HypoPG for one of them: a library and its script, which no server loads before somebody creates the extension. */
export const hypoPgFor = (major: number): WantedPackage => ({
  package: `postgresql-${major}-hypopg`,
  provides: join(root, String(major), 'lib/hypopg.so'),
  why: `hypothetical indexes on PostgreSQL ${major}`,
});
