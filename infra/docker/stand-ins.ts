import { createHash } from 'node:crypto';
import { readdirSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import { missing } from '../../config/fault.ts';
import type { Progress } from '../../config/progress.ts';
import { type Ended, runChild } from '../process/run-child.ts';
import { ensureDebianPackages } from '../setup/debian.ts';
import { type Engine, output } from './engine.ts';

const folder = join(import.meta.dirname, '..', 'compose');

/** The services that a stand-in can serve, and the variables of compose.yaml that name it. */
export interface StandIns {
  readonly postgres: { readonly OLYMPUS_POSTGRES_IMAGE: string; readonly OLYMPUS_POSTGRES_BASE: string };
  readonly pooler: { readonly OLYMPUS_POOLER_IMAGE: string; readonly OLYMPUS_POOLER_BASE: string };
  readonly cache: { readonly OLYMPUS_CACHE_IMAGE: string };
}

/** Images made of these sources have these names, so that one that is there is never made again. */
export function standIns(): StandIns {
  const base = `olympus-bench/stand-in:${digest(['offline/base.sh'])}`;
  const postgres = `olympus-bench/postgres-base:${digest(['offline'])}`;
  return {
    postgres: {
      OLYMPUS_POSTGRES_BASE: postgres,
      OLYMPUS_POSTGRES_IMAGE: `olympus-bench/postgres:stand-in-${digest(['offline', 'postgres'])}`,
    },
    pooler: {
      OLYMPUS_POOLER_BASE: base,
      OLYMPUS_POOLER_IMAGE: `olympus-bench/pooler:stand-in-${digest(['offline/base.sh', 'pooler'])}`,
    },
    cache: { OLYMPUS_CACHE_IMAGE: base },
  };
}

function digest(paths: readonly string[]): string {
  const hash = createHash('sha256');
  for (const path of paths)
    for (const file of filesOf(path)) hash.update(`${file}\0`).update(readFileSync(join(folder, file)));
  return hash.digest('hex').slice(0, 12);
}

function filesOf(path: string): string[] {
  if (path.endsWith('.sh')) return [path];
  return readdirSync(join(folder, path), { recursive: true, withFileTypes: true })
    .filter((entry) => entry.isFile())
    .map((entry) => join(entry.parentPath.slice(folder.length + 1), entry.name))
    .sort();
}

/**
 * Makes what the stand-ins are built on, from the distribution's packages; nothing where it is there already.
 * @throws Fault (component) when this machine cannot.
 */
export async function makeStandInBases(
  engine: Engine,
  { progress, signal }: { readonly progress: Progress; readonly signal: AbortSignal },
): Promise<void> {
  const { postgres, pooler } = standIns();
  if (!(await hasImage(engine, pooler.OLYMPUS_POOLER_BASE))) {
    const [lacking] = await ensureDebianPackages(
      [{ package: 'mmdebstrap', provides: 'mmdebstrap', why: 'images of Debian’s packages' }],
      { progress, signal },
    );
    if (lacking) throw missing(`Stand-in images cannot be made: ${lacking.why}`, lacking.how);
    progress.note(
      'making an image of Debian’s packages, because the engine cannot pull (about a minute, once)',
    );
    await whole(
      runChild(join(folder, 'offline', 'base.sh'), [pooler.OLYMPUS_POOLER_BASE], { signal }),
      'The image of Debian’s packages could not be made',
    );
  }
  if (await hasImage(engine, postgres.OLYMPUS_POSTGRES_BASE)) return;
  const [program, ...first] = engine.compose;
  const args = [...first, '--file', join(folder, 'offline', 'compose.yaml'), 'build', '--quiet'];
  const variables = {
    OLYMPUS_STAND_IN_BASE: pooler.OLYMPUS_POOLER_BASE,
    OLYMPUS_POSTGRES_BASE: postgres.OLYMPUS_POSTGRES_BASE,
  };
  await whole(
    runChild(program, args, { signal, env: { ...process.env, ...variables } }),
    'The stand-in for PostgreSQL’s image could not be built',
  );
}

async function whole(running: Promise<Ended>, trouble: string): Promise<void> {
  const { code, last } = await running;
  if (code !== 0)
    throw missing(
      `${trouble}:\n${last.slice(-6).join('\n')}`,
      'Name images that the engine has: OLYMPUS_POSTGRES_IMAGE, OLYMPUS_POOLER_IMAGE, OLYMPUS_CACHE_IMAGE.',
    );
}

export const hasImage = (engine: Engine, image: string): Promise<boolean> =>
  output(engine.docker, ['image', 'inspect', '--format', '{{.Id}}', image]).then(
    () => true,
    () => false,
  );
