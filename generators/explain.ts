import { liveSettings, loadSettings } from './load/connections.ts';
import { estimatedBytes } from './load/room.ts';
import { allWork, filledTables } from './load/work.ts';
import type { Scale } from './scales.ts';
import { World } from './world.ts';

/** How a data set would be loaded. */
export interface LoadExplanation {
  readonly scale: Scale;
  readonly seed: number;
  readonly streams: number;
  /** Of each server's disk, WAL and sorts included. */
  readonly estimatedBytes: number;
  /** Settings of the loading connections; they end with them. */
  readonly settings: Readonly<Record<string, string>>;
  readonly steps: readonly string[];
  /** What one stream after the other takes, in order. A unit is one transaction. */
  readonly work: readonly { name: string; units: number; expectedRows: number; tables: readonly string[] }[];
}

/** Loads nothing and connects to nothing. */
export function explainLoad(scale: Scale, seed: number, streams: number, live = false): LoadExplanation {
  const work = allWork(new World(seed, scale), { live }).map(({ name, units, expectedRows, open }) => {
    const first = open(0);
    const tables = first.parts.map(({ table }) => table.name);
    first.release();
    return { name, units, expectedRows: Math.round(expectedRows), tables };
  });
  return {
    scale,
    seed,
    streams,
    estimatedBytes: estimatedBytes(scale),
    settings: live ? liveSettings : loadSettings,
    steps: live ? liveSteps(streams) : bulkSteps(streams),
    work,
  };
}

const bulkSteps = (streams: number) => [
  'check the columns, that the tables are empty, and the room on the disk',
  'make the partitions of the window',
  'drop the indexes and foreign keys of the filled tables, and remember them',
  `binary COPY on ${streams} connections, a unit of work a transaction, in the order below`,
  'VACUUM (FREEZE) the tables, on two connections',
  'build the indexes of tables and partitions on two connections, largest table first',
  'build the indexes of the partitioned tables, which adopt those of their partitions',
  'add the foreign keys',
  `ANALYZE and hash the rows of each of the ${filledTables.length} tables on two connections`,
  'refresh the materialised metrics and mark the data set ready',
];

const liveSteps = (streams: number) => [
  'check the columns, that the tables are empty, and the room on the disk',
  'make the partitions of the window, and of this month for the audit log',
  'leave indexes, keys and triggers on; the stock of products and variants comes of their levels, by trigger',
  `binary COPY on ${streams} connections, a unit of work a transaction, one kind of work after the other`,
  'VACUUM (FREEZE) the tables, on two connections',
  `ANALYZE and hash the rows of each of the ${filledTables.length} tables on two connections`,
  'refresh the materialised metrics and mark the data set ready',
];

/** As a person reads it. */
export function explanationText(explained: LoadExplanation): string {
  const { scale, seed, streams, settings, steps, work } = explained;
  const [rows, units] = [
    Math.max(...work.map((one) => one.expectedRows)),
    Math.max(...work.map((one) => one.units)),
  ];
  const width = (number: number) => number.toLocaleString('en').length;
  return [
    `Scale ${scale.name}, seed ${seed}, ${streams} streams; about ${(explained.estimatedBytes / 1024 ** 3).toFixed(1)} GiB on each server's disk.`,
    '',
    ...steps.map((step, index) => `${index + 1}. ${step}`),
    '',
    'Work:',
    ...work.map(
      (one) =>
        `  ${one.name.padEnd(9)} ${one.units.toLocaleString('en').padStart(width(units))} units, about ${one.expectedRows.toLocaleString('en').padStart(width(rows))} rows: ${one.tables.join(', ')}`,
    ),
    '',
    'Settings of the loading connections (the server keeps its own):',
    ...Object.entries(settings).map(([name, value]) => `  ${name} = ${value}`),
  ].join('\n');
}
