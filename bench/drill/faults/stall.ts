import type { EndpointName } from '../../../infra/topology/endpoint.ts';
import type { DrillCase, FaultDrill } from '../drill.ts';
import { writesAndStreams } from '../writes-and-streams.ts';

/** ms; shorter than the clients' patience: they wait, and nothing fails. */
const standsFor = 2000;

/** SIGSTOP to a server and all that it forked, as a machine that stands: connections stay open and nothing answers. */
export const stall: FaultDrill = {
  name: 'stall',
  what: `SIGSTOP for ${standsFor / 1000} s: the primary, the pooler, a replica`,
  wants: ['pooler', 'replica1', 'replica2'],
  inAll: true,
  cases: () => [
    stalled('primary'),
    { ...stalled('pooler'), via: 'pooler' },
    { ...stalled('replica1'), reads: 'replica1', judged: 'reads' },
  ],
};

export const stalled = (part: EndpointName): DrillCase => ({
  name: part,
  needs: [part],
  stopsServers: true,
  judged: 'writes',
  promise: 'no-loss',
  holdMs: standsFor,
  inject: async ({ control }) => control!.pause(part),
  heal: async ({ control }) => control!.resume(part),
  healed: writesAndStreams,
});
