import { Fault, missing, usage } from '../config/fault.ts';
import { type Progress, silent } from '../config/progress.ts';
import { type Connection, transaction } from '../infra/topology/session.ts';
import type { DatasetResult } from '../result/result.ts';
import { day, windowDays, windowEnd } from './calendar.ts';
import { copyBinary } from './copy/copy.ts';
import { type Connect, withConnections } from './load/connections.ts';
import { checkSame, type Mark, readMark } from './load/dataset.ts';
import { finish } from './load/finish.ts';
import { alone } from './load/prepare.ts';
import { orderRange } from './load/work.ts';
import { World } from './world.ts';

const maxDays = 366;

/**
 * Adds the next days of business (orders, their items, order counters) to a complete data set, with every index and
 * key in place. A day is one transaction: after a kill it is there or not, and the next call goes on. The orders that
 * were there keep their status. Days are a function of the seed too: adding one and one is the same as adding two.
 *
 * @throws Fault (usage) when there is no data set, or live orders have taken the numbers of those days
 */
export async function appendDays(
  connect: Connect,
  days: number,
  options: { readonly progress?: Progress; readonly signal?: AbortSignal } = {},
): Promise<DatasetResult> {
  const { progress = silent } = options;
  const signal = options.signal ?? new AbortController().signal;
  if (!Number.isInteger(days) || days < 1 || days > maxDays)
    throw usage(`${days} days: from 1 to ${maxDays} can be appended.`, 'For example: --append 1d.');
  const started = performance.now();
  await using control = await connect();
  return await alone(control, async () => {
    const mark = await complete(control);
    const world = new World(mark.seed, { name: mark.scale, ...mark.counts }, mark.appended + days);
    await withConnections(connect, 1, async ([connection]) => {
      for (let added = 0; added < days; added++) {
        signal.throwIfAborted();
        const rows = await appendDay(connection!, world, mark.appended + added);
        progress.count(added + 1, days, 'days');
        progress.note(`${dateOf(mark.appended + added)}: ${rows} orders with their items.`);
      }
    });
    return finish(control, connect, { streams: 1, started, whole: false, progress, signal });
  });
}

async function complete(control: Connection): Promise<Mark> {
  const mark = await readMark(control);
  if (mark?.state !== 'ready')
    throw missing(
      'There is no complete data set to append to.',
      'Make or complete one first: `./olympus seed`.',
    );
  checkSame(mark, { name: mark.scale, ...mark.counts }, mark.seed);
  return mark;
}

const dateOf = (appended: number) => new Date(windowEnd + appended * day).toISOString().slice(0, 10);

async function appendDay(connection: Connection, world: World, appended: number): Promise<number> {
  const { firstOfDay } = world.calendar;
  const from = firstOfDay[windowDays + appended]!;
  const to = firstOfDay[windowDays + appended + 1]!;
  const date = dateOf(appended);
  try {
    await transaction(connection, async () => {
      await connection.query('SELECT ops.ensure_partitions($1::date, $1::date)', [date]);
      for (const { table, chunks } of orderRange(world, from, to).parts)
        await copyBinary(connection, table.path, table.fields, chunks());
      await connection.query(counters, [date]);
      // Not complete again until all rows are hashed: after a kill, `seed` goes on with that.
      await connection.query(`UPDATE bench.dataset SET appended = $1, state = 'loading'`, [appended + 1]);
    });
  } catch (error) {
    if ((error as { code?: string }).code !== '23505') throw error;
    throw new Fault(
      'usage',
      `Orders of ${date} cannot be appended: live orders have taken their numbers.`,
      'Append before live traffic writes into that month, or restore the data set first.',
      error,
    );
  }
  return to - from;
}

/** The highest number of each tenant that ordered on that day. */
const counters = `
  INSERT INTO core.order_counters AS c (organization_id, period, last_value)
  SELECT organization_id, split_part(order_number, '-', 2), max(split_part(order_number, '-', 3)::bigint)
  FROM core.orders
  WHERE created_at >= $1::date::timestamp AT TIME ZONE 'UTC'
    AND created_at < ($1::date + 1)::timestamp AT TIME ZONE 'UTC'
  GROUP BY 1, 2
  ON CONFLICT (organization_id, period) DO UPDATE SET last_value = greatest(c.last_value, excluded.last_value)`;
