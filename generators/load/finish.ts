import type { Progress } from '../../config/progress.ts';
import { type Connection, transaction } from '../../infra/topology/session.ts';
import type { DatasetResult } from '../../result/result.ts';
import { type Connect, eachTable, withConnections } from './connections.ts';
import { createMarks, type Mark, readMark, resultOf } from './dataset.ts';
import { combine, digestTable, type TableDigest } from './digest.ts';
import { quoted, tableSizes } from './preflight.ts';
import { readRates } from './rates.ts';
import { rebuildSecondary } from './secondary.ts';
import { readCounters, type TableSign, takeSign } from './signs.ts';
import { inStage, type Stage } from './stage.ts';
import { filledTables } from './work.ts';

/**
 * Vacuums, builds indexes and keys again, analyses, lets the server hash all rows, computes the materialised metrics
 * from them, and marks the data set ready.
 */
export async function finish(
  control: Connection,
  connect: Connect,
  options: {
    readonly streams: number;
    /** When the call began, on the clock of performance.now(). */
    readonly started: number;
    /** Nothing was loaded before this call, and it loaded everything: its times say something about the load. */
    readonly whole: boolean;
    readonly progress: Progress;
    readonly signal: AbortSignal;
  },
): Promise<DatasetResult> {
  const { streams, started, whole, progress, signal } = options;
  const seconds = () => (performance.now() - started) / 1000;
  await createMarks(control); // those of an older data set may lack a column
  const { live = false } = (await readMark(control))!;
  let ingest = 0;
  const stages: Stage[] = [{ name: 'rows, by COPY', seconds: seconds() }];
  const digests = await withConnections(connect, 2, async (connections) => {
    // Before the indexes: each page is written once more, not twice, and no index is read for it.
    await inStage(stages, progress, 'vacuum', () =>
      eachTable(connections, filledTables, async (connection, table) => {
        signal.throwIfAborted();
        await connection.query(`VACUUM (FREEZE) ${quoted(table.name)}`);
      }),
    );
    stages.push(...(await rebuildSecondary(connections, progress, signal)));
    ingest = seconds();
    return await inStage(stages, progress, 'analyse, digest', () =>
      eachTable(connections, filledTables, async (connection, table) => {
        signal.throwIfAborted();
        await connection.query(`ANALYZE ${quoted(table.name)}`);
        return await digestTable(connection, table, live);
      }),
    );
  });
  await control.query('REFRESH MATERIALIZED VIEW cache.organization_metrics');
  await control.query('VACUUM (FREEZE, ANALYZE) cache.organization_metrics');
  const times = { seconds: seconds(), ingest: whole ? ingest : null, stages };
  const counters = await readCounters(control, filledTables);
  const signs: TableSign[] = [];
  for (const table of filledTables)
    signs.push(await takeSign(control, table, live, counters.get(table.name)!));
  return resultOf(await record(control, digests, streams, { ...times, signs, whole }));
}

async function record(
  control: Connection,
  digests: readonly TableDigest[],
  streams: number,
  how: Pick<Mark, 'seconds' | 'ingest' | 'stages' | 'signs'> & { readonly whole: boolean },
): Promise<Mark> {
  const sizes = await tableSizes(
    control,
    filledTables.map(({ name }) => name),
  );
  // what was kept are the rates of the first load: rows that came later were not written at them
  const rates = new Map((how.whole ? await readRates(control) : []).map((rate) => [rate.table, rate]));
  const tables = digests.map(({ table, rows }) => {
    const rate = rates.get(table);
    const perSecond = (count: number | undefined) =>
      rate?.ms && count !== undefined ? (count / rate.ms) * 1000 * streams : null;
    return {
      name: table,
      rows,
      bytes: sizes.get(table)!,
      rowsPerSecond: perSecond(rate?.rows),
      bytesPerSecond: perSecond(rate?.bytes),
    };
  });
  await transaction(control, async () => {
    await control.query(
      `UPDATE bench.dataset
       SET state = 'ready', digest = $1, seconds = $2, ingest = $5, tables = $3, digests = $4, stages = $6, signs = $7`,
      [
        combine(digests),
        how.seconds,
        JSON.stringify(tables),
        JSON.stringify(digests),
        how.ingest,
        JSON.stringify(how.stages),
        JSON.stringify(how.signs),
      ],
    );
    await control.query('TRUNCATE bench.secondary');
  });
  return (await readMark(control))!;
}
