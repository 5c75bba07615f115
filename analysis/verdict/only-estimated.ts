/** Of what only the planner was asked about: it is open, whatever the estimates say. */
export const onlyEstimated = {
  why: 'It is estimated: only the planner was asked, on a copy of its knowledge, and nothing was executed.',
  remedy: 'leave --estimates out, with --allow-writes, where a copy with rows can be made',
} as const;
