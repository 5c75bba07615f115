import { ratioOfPairs } from '../../analysis/statistics/hodges-lehmann.ts';
import { median } from '../../analysis/statistics/quantile.ts';
import type { Connection } from '../../infra/topology/session.ts';
import type { PoolerPrice } from '../../result/result.ts';
import { poolerClient } from './pooler-client.ts';

/** What one client sends again and again. */
export interface Request {
  readonly name: string;
  send(client: Connection): Promise<unknown>;
}

export interface PriceOptions {
  readonly direct: string;
  readonly pooled: string;
  readonly connections: number;
  readonly pairs: number;
  readonly slotMs: number;
  readonly signal: AbortSignal;
}

const level = 0.95;

interface Slot {
  readonly perSecond: number;
  readonly p50: number;
}

/**
 * The same request in a closed loop on as many connections to either side, in turn: slots beside each other in ABBA
 * order, the pair is the sample. Both loads come from this process, so the ratio is of equals; the rates are no capacity.
 */
export async function price(
  request: Request,
  { direct, pooled, connections, pairs, slotMs, signal }: PriceOptions,
): Promise<Omit<PoolerPrice, 'endpoint' | 'provider'>> {
  await using owned = new AsyncDisposableStack();
  const sides: Connection[][] = [[], []];
  for (let i = 0; i < connections; i++)
    for (const [side, url] of [direct, pooled].entries())
      sides[side]!.push(owned.use(await poolerClient(url)));
  for (const side of sides) await slot(side, request, slotMs); // warm
  const slots: [Slot[], Slot[]] = [[], []];
  for (let pair = 0; pair < pairs; pair++) {
    for (const which of pair % 2 === 0 ? ([0, 1] as const) : ([1, 0] as const)) {
      signal.throwIfAborted();
      slots[which].push(await slot(sides[which]!, request, slotMs));
    }
  }
  const shift = ratioOfPairs(
    slots[0].map((each, i) => [each.perSecond, slots[1][i]!.perSecond] as const),
    level,
  );
  const middle = (side: 0 | 1, key: keyof Slot) => median(slots[side].map((each) => each[key]))!;
  return {
    name: request.name,
    kind: 'price',
    connections,
    directPerSecond: middle(0, 'perSecond'),
    pooledPerSecond: middle(1, 'perSecond'),
    directP50Ms: middle(0, 'p50'),
    pooledP50Ms: middle(1, 'p50'),
    ratio: shift.estimate,
    low: shift.kind === 'interval' ? shift.low : null,
    high: shift.kind === 'interval' ? shift.high : null,
    level: shift.kind === 'interval' ? shift.level : null,
    pairs: shift.pairs,
  };
}

async function slot(clients: readonly Connection[], { send }: Request, lasts: number): Promise<Slot> {
  const times: number[] = [];
  const started = performance.now();
  const until = started + lasts;
  await Promise.all(
    clients.map(async (client) => {
      for (let sent = performance.now(); sent < until; ) {
        await send(client);
        const ended = performance.now();
        times.push(ended - sent);
        sent = ended;
      }
    }),
  );
  return { perSecond: (1000 * times.length) / (performance.now() - started), p50: median(times)! };
}
