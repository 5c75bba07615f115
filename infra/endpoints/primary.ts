import type { EndpointDescription } from './endpoint-description.ts';
import { postgres, postgresImage } from './postgres.ts';

export const primary = {
  ...postgres,
  purpose: 'PostgreSQL, all writes and critical reads',
  docker: { ...postgresImage, services: ['primary'] },
} as const satisfies EndpointDescription;
