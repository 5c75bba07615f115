import type { Topology } from '../../infra/topology/topology.ts';

const names = ['replica1', 'replica2'] as const;

/** The replicas that the topology has: one alone is measured too. */
export const replicasThere = (topology: Topology): readonly (typeof names)[number][] =>
  names.filter((name) => topology.find(name) !== undefined);

/** What is not measured for want of a replica, each with the topology's reason. */
export const replicasAbsent = (topology: Topology): { what: string; why: string }[] =>
  names
    .filter((name) => topology.find(name) === undefined)
    .map((name) => ({
      what: `lag of ${name}`,
      why: topology.absent.find(({ part }) => part === name)?.why ?? 'the topology does not have it',
    }));
