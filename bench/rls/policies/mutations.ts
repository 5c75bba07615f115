import { alterPolicy, createPolicy, dropPolicy, type Policy } from './policy.ts';

/** One way in which a policy can be wrong. */
export interface Mutation {
  readonly policy: Policy;
  readonly kind: 'removed' | 'USING true' | 'WITH CHECK true' | 'WITH CHECK dropped';
  readonly sql: string;
}

/** Every policy removed, weakened and without its WITH CHECK, in turn. What would leave a policy as it is is left out. */
export function mutationsOf(policies: readonly Policy[]): Mutation[] {
  return policies.flatMap((policy): Mutation[] => {
    const { using, check } = policy;
    return [
      { policy, kind: 'removed', sql: dropPolicy(policy) },
      ...(using !== null && using !== 'true'
        ? [{ policy, kind: 'USING true' as const, sql: alterPolicy(policy, { using: 'true' }) }]
        : []),
      ...(check !== null && check !== 'true'
        ? [{ policy, kind: 'WITH CHECK true' as const, sql: alterPolicy(policy, { check: 'true' }) }]
        : []),
      ...(check !== null
        ? [
            {
              policy,
              kind: 'WITH CHECK dropped' as const,
              sql: `${dropPolicy(policy)};${createPolicy({ ...policy, check: null })}`,
            },
          ]
        : []),
    ];
  });
}
