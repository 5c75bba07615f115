import type { EndpointDescription } from './endpoint-description.ts';
import { postgres, postgresImage } from './postgres.ts';

export const replica2 = {
  ...postgres,
  purpose: 'PostgreSQL streaming replica for analytics (hot_standby_feedback)',
  docker: { ...postgresImage, services: ['replica2'] },
} as const satisfies EndpointDescription;
