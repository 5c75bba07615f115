import { hasVersitygw, versitygwVersion } from '../setup/versitygw.ts';
import type { ServiceDescription } from './endpoint-description.ts';

export const objects = {
  kind: 'service',
  usual: false,
  purpose: 'S3: run directories and data sets',
  schemes: ['https:', 'http:'],
  docker: { services: ['objects'], imageVariable: 'OLYMPUS_OBJECTS_IMAGE', standIn: 'objects' },
  /** The login is also the name of the bucket. */
  localUrl: (secret, port) => `http://olympus:${secret}@127.0.0.1:${port}/olympus`,
  version: async (url) => (await import('../services/objects.ts')).objectsVersion(url),
  makes: 'objects below olympus-bench/, removed at the end',
  program: {
    name: 'versitygw',
    here: (cache) => (hasVersitygw(cache) ? versitygwVersion : undefined),
    by: ['go', 'python3'],
    how: 'Install Go or Python 3 with pip; or name your own S3 store in a topology file.',
  },
} as const satisfies ServiceDescription;
