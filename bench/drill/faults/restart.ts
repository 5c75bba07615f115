import { openCache } from '../../../infra/services/cache.ts';
import type { EndpointName } from '../../../infra/topology/endpoint.ts';
import type { DrillCase, DrillSetting, FaultDrill } from '../drill.ts';
import { writesAndStreams } from '../writes-and-streams.ts';

/** Stopped, and started again as soon as it is down: what a planned restart costs. */
export const restart: FaultDrill = {
  name: 'restart',
  what: 'restarts the primary (fast, immediate), the pooler, each replica and the cache',
  wants: ['pooler', 'replica1', 'replica2', 'cache'],
  inAll: true,
  cases: () => [
    restarted('primary', 'fast'),
    restarted('primary', 'immediate'),
    { ...restarted('pooler', 'fast'), via: 'pooler' },
    ...(['replica1', 'replica2'] as const).map(
      (part): DrillCase => ({ ...restarted(part, 'fast'), reads: part, judged: 'reads' }),
    ),
    {
      ...restarted('cache', 'fast'),
      ...{ reads: 'cache', judged: 'reads' },
      healed: async ({ topology }) => {
        await using cache = await openCache(topology.get('cache').url('app'));
        return (await cache.ping()) === 'PONG'
          ? { ok: true, how: 'the cache answers; it is empty, as a cache is after a restart' }
          : { ok: false, how: 'the cache gave another answer than PONG' };
      },
    },
  ],
};

export const restarted = (part: EndpointName, how: 'fast' | 'immediate'): DrillCase => ({
  name: part === 'primary' ? `primary, ${how}` : part,
  needs: [part],
  stopsServers: true,
  judged: 'writes',
  promise: 'no-loss',
  inject: async ({ control }: DrillSetting) => control!.stop(part, how),
  heal: async ({ control }: DrillSetting) => control!.start(part),
  healed: writesAndStreams,
});
