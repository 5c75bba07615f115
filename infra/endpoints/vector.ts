import { existsSync } from 'node:fs';
import { pinnedWheel } from '../setup/pinned-wheel.ts';
import { pipFolder } from '../setup/pip.ts';
import type { ServiceDescription } from './endpoint-description.ts';

/** Qdrant's engine as a Python package, which a shim serves over HTTP. */
export const vectorEngine = 'qdrant-edge-py';

export const vector = {
  kind: 'service',
  usual: false,
  purpose: 'Qdrant: product search by embedding',
  schemes: ['https:', 'http:'],
  docker: { services: ['vector'], imageVariable: 'OLYMPUS_VECTOR_IMAGE', standIn: 'vector' },
  localUrl: (secret, port) => `http://olympus:${secret}@127.0.0.1:${port}`,
  version: async (url) => (await import('../services/vector.ts')).vectorVersion(url),
  makes: 'a collection olympus_bench_…, dropped at the end',
  program: {
    name: 'qdrant-edge',
    here: (cache) =>
      existsSync(pipFolder(cache, vectorEngine)) ? pinnedWheel(vectorEngine).spec : undefined,
    by: ['python3'],
    how: 'Install Python 3 with pip; or name your own Qdrant in a topology file.',
  },
} as const satisfies ServiceDescription;
