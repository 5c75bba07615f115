import type { TrustCheck } from '../../result/run.ts';
import { bySqlstate } from './by-sqlstate.ts';
import type { PoolerFacts } from './facts.ts';

/** An identity that reaches another client is no matter of times: it misses whatever the machine did. */
export const foreignIdentities = 'another identity through the pooler';

type Crowd = Extract<PoolerFacts, { kind: 'crowd' }>;

/** The goals of the pooler, where it was measured: within its pool, without failures, nobody in another's name. */
export function poolerObjectives(all: readonly PoolerFacts[]): TrustCheck[] {
  const crowds = all.filter((each) => each.kind === 'crowd');
  const ours = all.find((each) => each.kind === 'identity' && each.pattern === 'transaction');
  return [
    // What a pooler does not tell, and a crowd that could not be sent, is said where it was measured.
    ...crowds.flatMap((crowd) => [...withinPool(crowd), ...failures(crowd)]),
    ...(ours?.kind === 'identity'
      ? [
          {
            name: foreignIdentities,
            ok: ours.reads === 0 ? null : ours.foreignReads === 0,
            value: ours.reads === 0 ? null : ours.foreignReads,
            limit: 0,
            unit: 'reads',
            why:
              ours.reads === 0
                ? 'No read came back.'
                : `Of ${ours.reads} reads whose identity is set for their transaction; ${ours.missingReads} saw none.`,
          },
        ]
      : []),
  ];
}

function withinPool({ clients, serversActiveMax: value, poolSize: limit }: Crowd): TrustCheck[] {
  if (value === null || limit === null) return [];
  return [
    {
      name: `${clients} clients: server connections`,
      ok: value <= limit,
      value,
      limit,
      unit: 'connections',
      why: 'The most that were active at once, of those that the pool may have.',
    },
  ];
}

function failures({ clients, requests, errors }: Crowd): TrustCheck[] {
  if (requests === null) return [];
  const value = Object.values(errors).reduce((sum, count) => sum + count, 0);
  return [
    {
      name: `${clients} clients: failed requests`,
      ok: value === 0,
      value,
      limit: 0,
      unit: 'requests',
      why: value ? bySqlstate(errors) : `None of ${requests} requests failed.`,
    },
  ];
}
