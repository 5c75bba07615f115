import { cp, mkdtemp, rm } from 'node:fs/promises';
import { join } from 'node:path';
import { missing } from '../../config/fault.ts';
import type { Progress } from '../../config/progress.ts';
import { vectorEngine } from '../endpoints/vector.ts';
import { type Ended, runChild } from '../process/run-child.ts';
import { findChdb } from '../setup/chdb.ts';
import { ensureDebianPackages } from '../setup/debian.ts';
import { pipPackage } from '../setup/pip.ts';
import { findVersitygw } from '../setup/versitygw.ts';
import { type Engine, output } from './engine.ts';
import {
  baseImage,
  composeFolder,
  postgresBase,
  type StandInName,
  servicesFolder,
  standIn,
} from './stand-ins.ts';

interface Making {
  readonly engine: Engine;
  /** Where the engines of the library stand-ins are got on first use. */
  readonly cache: string;
  readonly progress: Progress;
  readonly signal: AbortSignal;
}

/**
 * Makes a stand-in's image, or for those that compose.yaml builds what they are built on; nothing where it is there.
 * @throws Fault (component) when this machine cannot.
 */
export async function makeStandIn(name: StandInName, making: Making): Promise<void> {
  await makeBase(making);
  if (name === 'postgres') return makePostgresBase(making);
  if (name === 'vector' || name === 'olap' || name === 'objects') return makeLibraryImage(name, making);
}

async function makeBase({ engine, progress, signal }: Making): Promise<void> {
  if (await hasImage(engine, baseImage())) return;
  const [lacking] = await ensureDebianPackages(
    [{ package: 'mmdebstrap', provides: 'mmdebstrap', why: 'images of Debian’s packages' }],
    { progress, signal },
  );
  if (lacking) throw missing(`Stand-in images cannot be made: ${lacking.why}`, lacking.how);
  progress.note('making an image of Debian’s packages for the stand-ins (about a minute, once)');
  await whole(
    runChild(join(composeFolder, 'offline', 'base.sh'), [baseImage()], { signal }),
    'The image of Debian’s packages could not be made',
  );
}

async function makePostgresBase({ engine, signal }: Making): Promise<void> {
  if (await hasImage(engine, postgresBase())) return;
  const [program, ...first] = engine.compose;
  const args = [...first, '--file', join(composeFolder, 'offline', 'compose.yaml'), 'build', '--quiet'];
  const variables = { OLYMPUS_STAND_IN_BASE: baseImage(), OLYMPUS_POSTGRES_BASE: postgresBase() };
  await whole(
    runChild(program, args, { signal, env: { ...process.env, ...variables } }),
    'The stand-in for PostgreSQL’s image could not be built',
  );
}

type LibraryName = 'vector' | 'olap' | 'objects';

/** The engine that the local provider runs, and our shim before it, on the same base. */
async function makeLibraryImage(name: LibraryName, making: Making): Promise<void> {
  const { engine, cache, progress, signal } = making;
  const { image, what } = standIn(name);
  if (await hasImage(engine, image)) return;
  const source = await enginePath(name, making);
  progress.note(`making the stand-in image of ${name}: ${what}`);
  const context = await mkdtemp(join(cache, 'image-'));
  try {
    await cp(join(composeFolder, 'offline', name), context, { recursive: true });
    await cp(source, join(context, name === 'objects' ? 'engine/versitygw' : 'engine'), { recursive: true });
    if (name === 'vector') await stage('qdrant-shim.py', context);
    if (name === 'olap') {
      await stage('clickhouse-shim.ts', context);
      await cp(process.execPath, join(context, 'node'));
    }
    const args = ['build', '--quiet', '--build-arg', `BASE_IMAGE=${baseImage()}`, '--tag', image, context];
    await whole(runChild(engine.docker, args, { signal }), `The stand-in for ${name} could not be built`);
  } finally {
    await rm(context, { recursive: true, force: true });
  }
}

const stage = (file: string, context: string) => cp(join(servicesFolder, file), join(context, file));

/** A folder; of `objects` a program. */
async function enginePath(name: LibraryName, fetching: Making): Promise<string> {
  switch (name) {
    case 'vector':
      return pipPackage(vectorEngine, 'the stand-in of vector', fetching);
    case 'olap':
      return findChdb(fetching);
    case 'objects':
      return findVersitygw(fetching);
  }
}

async function whole(running: Promise<Ended>, trouble: string): Promise<void> {
  const { code, last } = await running;
  if (code !== 0)
    throw missing(
      `${trouble}:\n${last.slice(-6).join('\n')}`,
      'Name an image that the engine has: OLYMPUS_POSTGRES_IMAGE, OLYMPUS_VECTOR_IMAGE and the like (docs/topology.md).',
    );
}

export const hasImage = (engine: Engine, image: string): Promise<boolean> =>
  output(engine.docker, ['image', 'inspect', '--format', '{{.Id}}', image]).then(
    () => true,
    () => false,
  );
