/** What the primary and its replicas have in common. */
export const postgres = { kind: 'postgres', usual: true, schemes: ['postgres:', 'postgresql:'] } as const;

export const postgresImage = { imageVariable: 'OLYMPUS_POSTGRES_IMAGE', standIn: 'postgres' } as const;
