import type { CachePublishing } from '../../result/result.ts';
import type { Setting } from '../measure.ts';
import { pause } from '../pause.ts';
import { percentilesOf } from '../percentiles.ts';
import type { Figures } from './figures.ts';
import type { Target } from './target.ts';

const subscribers = 4;
const everyMs = 2;

/** Messages from one publisher to four subscribers: from the call of PUBLISH until each of them has it. */
export async function publishing(
  { budget, signal }: Setting,
  target: Target,
): Promise<Figures<CachePublishing>[]> {
  const channel = target.key('orders');
  const latencyMs: number[] = [];
  const listeners = await Promise.all(Array.from({ length: subscribers }, () => target.open()));
  for (const listener of listeners) {
    listener.on('message', (_channel: string, sent: string) =>
      latencyMs.push(performance.now() - Number(sent)),
    );
    await listener.subscribe(channel);
  }
  await pause(50, signal); // nodes of a cluster tell each other
  const messages = Math.max(50, Math.round(budget.partTime / everyMs / 2));
  for (let message = 0; message < messages; message++) {
    await target.client.publish(channel, `${performance.now()}`);
    await pause(everyMs, signal);
  }
  const expected = messages * subscribers;
  for (let waited = 0; waited < 100 && latencyMs.length < expected; waited++) await pause(10, signal);
  for (const listener of listeners) listener.disconnect();
  return [
    {
      name: 'pub/sub',
      kind: 'pub/sub',
      subscribers,
      messages,
      lost: expected - latencyMs.length,
      latencyMs: percentilesOf(latencyMs),
    },
  ];
}
