/** Test only: a bare PostgreSQL server of the topology's image, by testcontainers. */
import { randomBytes } from 'node:crypto';
import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { silent } from '../../config/progress.ts';
import { cacheFolder } from '../setup/cache-folder.ts';
import { type Engine, output } from './engine.ts';
import { ensureImages } from './images.ts';
import { projectOf, writeSite } from './run-services.ts';
import { newState } from './state.ts';

/** A superuser's connection string; disposing it removes the container. */
export interface FreshServer extends AsyncDisposable {
  readonly url: string;
  readonly image: string;
}

/** Says whose test a container is of: the pid of the process that started it. */
export const testLabel = 'dev.olympus-bench.test';

/** Its port is published on every interface, because testcontainers cannot do otherwise; the password is random. */
export async function freshServer(engine: Engine): Promise<FreshServer> {
  await removeLeftovers(engine);
  process.env.TESTCONTAINERS_RYUK_DISABLED = 'true'; // its image cannot be had everywhere; removeLeftovers does its work
  const { GenericContainer, Wait } = await import('testcontainers');
  const image = await postgresImage(engine);
  const password = randomBytes(18).toString('base64url');
  const container = await new GenericContainer(image)
    .withLabels({ [testLabel]: `${process.pid}` })
    .withEnvironment({ POSTGRES_USER: 'test', POSTGRES_PASSWORD: password, POSTGRES_DB: 'test' })
    .withExposedPorts(5432)
    .withHealthCheck({
      test: ['CMD', 'pg_isready', '-q', '-h', '127.0.0.1', '-U', 'test'],
      interval: 500,
      timeout: 5000,
      retries: 120,
    })
    .withWaitStrategy(Wait.forHealthCheck())
    .start();
  return {
    url: `postgres://test:${password}@127.0.0.1:${container.getMappedPort(5432)}/test`,
    image,
    async [Symbol.asyncDispose]() {
      await container.stop({ remove: true, removeVolumes: true });
    },
  };
}

/** The image that the topology's primary would run. */
async function postgresImage(engine: Engine): Promise<string> {
  const folder = await mkdtemp(join(tmpdir(), 'olympus-image-'));
  try {
    const site = { folder, engine, state: newState() };
    await writeSite(site);
    const work = {
      cache: cacheFolder(),
      standIns: 'auto',
      progress: silent,
      signal: AbortSignal.timeout(600_000),
    } as const;
    const { variables } = await ensureImages(projectOf(site), ['primary'], work);
    return (
      variables.OLYMPUS_POSTGRES_IMAGE ?? process.env.OLYMPUS_POSTGRES_IMAGE ?? 'olympus-bench/postgres:18.4'
    );
  } finally {
    await rm(folder, { recursive: true, force: true });
  }
}

/** Removes the containers of test processes that are no more, with their anonymous volumes. */
export async function removeLeftovers(engine: Engine): Promise<void> {
  const format = `{{.ID}} {{.Label "${testLabel}"}}`;
  const listed = await output(engine.docker, [
    'ps',
    '--all',
    '--filter',
    `label=${testLabel}`,
    '--format',
    format,
  ]);
  for (const line of listed.split('\n').filter(Boolean)) {
    const [id = '', pid = ''] = line.split(' ');
    if (!lives(Number(pid))) await output(engine.docker, ['rm', '--force', '--volumes', id]);
  }
}

function lives(pid: number): boolean {
  try {
    process.kill(pid, 0);
    return true;
  } catch (error) {
    return (error as NodeJS.ErrnoException).code !== 'ESRCH';
  }
}
