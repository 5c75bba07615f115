import { usage } from '../../config/fault.ts';
import { acceptChange } from '../../history/accept.ts';
import { openHistory } from '../../history/history.ts';
import type { Context } from '../command.ts';
import type { HistoryOptions } from './options.ts';

export async function accept(context: Context, { out, reason }: HistoryOptions, metric?: string) {
  if (metric === undefined)
    throw usage(
      'No metric is named.',
      'For example: ./olympus history accept "orders/recent whale, pages" --reason "more columns"',
    );
  using history = await openHistory(out, { now: Date.now() });
  const accepted = await acceptChange(history, metric, reason ?? '', new Date().toISOString());
  context.answer(
    accepted,
    `Accepted from ${accepted.from} on: ${metric}. Its baseline begins anew there. It is written in ${out}/accepted.ndjson.`,
  );
  return undefined;
}
