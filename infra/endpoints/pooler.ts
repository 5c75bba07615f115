import type { EndpointDescription } from './endpoint-description.ts';
import { postgres } from './postgres.ts';

export const pooler = {
  ...postgres,
  kind: 'pooler',
  purpose: 'PgBouncer in transaction mode in front of the primary',
  docker: { services: ['pooler'], imageVariable: 'OLYMPUS_POOLER_IMAGE', standIn: 'pooler' },
} as const satisfies EndpointDescription;
