import { existsSync } from 'node:fs';
import { vectorEngine } from '../local/vector.ts';
import { hasChdb } from '../setup/chdb.ts';
import { pipFolder } from '../setup/pip.ts';
import { findProgram } from '../setup/program.ts';
import { hasVersitygw, versitygwVersion } from '../setup/versitygw.ts';
import { type EndpointName, purposes } from '../topology/endpoint.ts';
import type { Finding } from './finding.ts';

interface Store {
  readonly name: string;
  readonly endpoint: EndpointName;
  /** What is here already. */
  readonly here: string | undefined;
  /** What gets it on first use, the first that is here. */
  readonly by: readonly string[];
  readonly how: string;
}

/** The servers beside PostgreSQL that the local topology starts when they are asked for. Nothing is fetched here. */
export const storeFindings = (cache: string): Finding[] =>
  stores(cache).map(({ name, endpoint, here, by, how }) => {
    const fetcher = by.find((program) => findProgram(program) !== undefined);
    const found = here ?? (fetcher ? `not here yet; ${fetcher} gets it on first use` : '');
    return { name, ok: found !== '', optional: true, found, what: `${endpoint}: ${purposes[endpoint]}`, how };
  });

const stores = (cache: string): readonly Store[] => [
  {
    name: 'Redis',
    endpoint: 'cache',
    here: findProgram('redis-server', process.env.OLYMPUS_REDIS),
    by: [...(process.getuid?.() === 0 ? ['apt-get'] : []), 'python3'],
    how: 'Install redis-server, or Python 3 with pip; or name one: OLYMPUS_REDIS=/path.',
  },
  {
    name: 'qdrant-edge',
    endpoint: 'vector',
    here: existsSync(pipFolder(cache, vectorEngine)) ? vectorEngine : undefined,
    by: ['python3'],
    how: 'Install Python 3 with pip; or name a Qdrant of yours in a topology file.',
  },
  {
    name: 'chDB',
    endpoint: 'olap',
    here: hasChdb(cache) ? 'in the cache' : undefined,
    by: ['npm'],
    how: 'Put npm on PATH (550 MB are fetched); or name a ClickHouse of yours in a topology file.',
  },
  {
    name: 'versitygw',
    endpoint: 'objects',
    here: hasVersitygw(cache) ? versitygwVersion : undefined,
    by: ['go', 'python3'],
    how: 'Install Go or Python 3 with pip; or name an S3 store of yours in a topology file.',
  },
];
