import { existsSync } from 'node:fs';
import { join } from 'node:path';
import { Fault } from '../../config/fault.ts';
import { silent } from '../../config/progress.ts';
import { findEngine } from '../docker/engine.ts';
import { findPooler, poolerAbsent } from '../local/pooler.ts';
import { findPostgres } from '../local/postgres-build.ts';
import { unprivilegedAccount } from '../process/unprivileged.ts';
import { cacheFolder, requireTraversable } from '../setup/cache-folder.ts';
import { digestSources, k6Module } from '../setup/k6.ts';
import { findProgram } from '../setup/program.ts';
import type { Finding } from './finding.ts';
import { schedulingFinding } from './scheduling.ts';
import { serviceFindings } from './service-findings.ts';

/** What is here of what the local topology and the measures need. Changes nothing but the cache. */
export async function findings(): Promise<Finding[]> {
  return [
    {
      name: 'Node.js',
      ok: true, // or this would not run
      found: process.versions.node,
      what: 'runs the harness',
      how: 'https://nodejs.org, 24 or newer; ./olympus gets it by npm',
    },
    await attempt('cache', 'servers, builds and data', () => {
      const folder = cacheFolder();
      requireTraversable(folder, unprivilegedAccount());
      return folder;
    }),
    await attempt('PostgreSQL', 'the primary and its replicas', async () => {
      const { version, bin } = await findPostgres(cacheFolder(), silent);
      return `${version} in ${bin}`;
    }),
    {
      name: 'PgBouncer',
      found: findPooler() ?? '',
      ok: findPooler() !== undefined,
      what: 'the pooler endpoint',
      how: poolerAbsent.how,
    },
    k6(),
    schedulingFinding(),
    ...serviceFindings(cacheFolder()),
    { ...(await attempt('Docker', 'the topology of --topology docker', engine)), optional: true },
  ];
}

async function engine(): Promise<string> {
  const { version, compose } = await findEngine();
  return `${version}, Compose by ${compose.join(' ')}`;
}

/** k6 with our module, or what builds it: Go, or Python's pip that gets Go. */
function k6(): Finding {
  const built = process.env.K6_BINARY || join(cacheFolder(), 'k6', digestSources(k6Module), 'k6');
  const builder = findProgram('go') ?? findProgram('python3');
  const found = existsSync(built) ? built : builder ? `not built yet; ${builder} will` : '';
  return {
    name: 'k6',
    ok: found !== '',
    found,
    what: 'the load generator, with our module',
    how: 'Install Go 1.25 or newer (https://go.dev/dl) or Python 3 with pip, or name a binary with K6_BINARY.',
  };
}

/** A look that throws a Fault where something is missing. */
async function attempt(name: string, what: string, look: () => string | Promise<string>): Promise<Finding> {
  try {
    return { name, what, ok: true, found: await look(), how: '' };
  } catch (error) {
    if (!(error instanceof Fault)) throw error;
    return { name, what: `${what}: ${error.message}`, ok: false, found: '', how: error.next };
  }
}
