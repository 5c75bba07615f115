import type { EndpointDescription } from './endpoint-description.ts';
import { postgres, postgresImage } from './postgres.ts';

export const replica1 = {
  ...postgres,
  purpose: 'PostgreSQL streaming replica for application reads',
  docker: { ...postgresImage, services: ['replica1'] },
} as const satisfies EndpointDescription;
