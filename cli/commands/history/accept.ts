import { usage } from '../../../config/fault.ts';
import { acceptChange } from '../../../history/accept.ts';
import { openHistory } from '../../../history/history.ts';
import { shareAcceptances } from '../../../history/shared-acceptances.ts';
import type { Context } from '../../command.ts';
import { openNamedStore } from '../../run-store-options.ts';
import type { HistoryOptions } from './options.ts';

export async function accept(context: Context, options: HistoryOptions, metric?: string) {
  const { out, reason } = options;
  if (metric === undefined)
    throw usage(
      'No metric is named.',
      'For example: ./olympus history accept "orders/recent whale, pages" --reason "more columns"',
    );
  using store = await openNamedStore(options, context.signal);
  using history = await openHistory(out, { now: Date.now() });
  const accepted = await acceptChange(history, metric, reason ?? '', new Date().toISOString());
  if (store) await shareAcceptances(store, out);
  context.answer(
    accepted,
    `Accepted from ${accepted.from} on: ${metric}. Its baseline begins anew there. It is written in ${out}/accepted.ndjson${store ? ` and in ${store.url}` : ''}.`,
  );
  return undefined;
}
