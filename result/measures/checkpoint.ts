/** The section `checkpoint` of result.json: the same writes under several settings of when a checkpoint comes. */
import { type Static, Type } from 'typebox';
import { exact, group, not, percentiles, rows, tally, timed } from '../figure-tree.ts';
import { optionalSection } from '../measure-description.ts';
import { Nullable, Percentiles } from '../percentiles.ts';

const byPhase = <T extends Parameters<typeof Nullable>[0]>(each: T) =>
  Type.Object({ before: each, during: each, after: each });
/** null: the server's counts started anew meanwhile. */
const Counted = Nullable(Type.Number());

export const CheckpointResult = Type.Object({
  case: Type.String({ description: 'the setting that was changed' }),
  repetition: Type.Integer(),
  maxWalSizeMb: Type.Integer({ description: 'in force during the load' }),
  checkpointTimeoutS: Type.Integer({ description: 'in force during the load' }),
  offeredRate: Type.Number({ description: 'writes a second; each changes 20 rows' }),
  loadMs: Type.Number(),
  timed: Counted,
  requested: Counted,
  /** Of the whole server (pg_stat_wal). */
  walBytes: Counted,
  fullPageImages: Counted,
  checkpointingMs: Type.Number({ description: 'of the load, in which the checkpointer was seen at work' }),
  writes: Type.Integer({ description: 'that succeeded' }),
  errors: Type.Record(Type.String(), Type.Integer()),
  /** before the first checkpoint, while one ran, and the others. */
  requests: byPhase(Type.Integer()),
  responseMs: byPhase(Percentiles),
  healed: Nullable(Type.Boolean()),
  healedHow: Type.String({ description: 'what was looked at, or why it could not be' }),
  /** Why a figure is null or shows nothing. */
  why: Nullable(Type.String()),
});
export type CheckpointResult = Static<typeof CheckpointResult>;

type Phases<T> = { before: T; during: T; after: T };
const count = (name: string, help: string) => exact(name, 'events', { better: 'none', decides: null, help });
const requests = (phase: string) =>
  exact(`checkpoint-requests-${phase}`, 'requests', { better: 'none', decides: null });

export const checkpointSection = optionalSection(
  Type.Optional(Type.Array(CheckpointResult)),
  rows<CheckpointResult>(
    ({ case: of, repetition }, all) => ({
      ...{ drill: 'checkpoint', case: of },
      repetition: all.some((one) => one.repetition > 1) ? repetition : null,
    }),
    {
      repetition: not('a label'),
      maxWalSizeMb: not('a setting'),
      checkpointTimeoutS: not('a setting'),
      offeredRate: timed('checkpoint-offered-rate', '/s', { better: 'none' }),
      loadMs: not('the length of the load'),
      timed: count('checkpoints-timed', 'Checkpoints that checkpoint_timeout began.'),
      requested: count('checkpoints-requested', 'Checkpoints that max_wal_size (or a command) began.'),
      walBytes: exact('checkpoint-wal', 'B', {
        decides: null,
        help: 'WAL that the server wrote under the load.',
      }),
      fullPageImages: exact('full-page-images', 'pages', {
        decides: null,
        help: 'Pages that were written whole into the WAL.',
      }),
      checkpointingMs: timed('checkpointing', 'ms', {
        better: 'none',
        help: 'Time of the load in which a checkpoint ran.',
      }),
      writes: exact('checkpoint-writes', 'requests', { better: 'none', decides: null }),
      errors: tally('checkpoint-errors', 'errors', 'sqlstate', { decides: null }),
      requests: group<Phases<number>>({
        before: requests('before'),
        during: requests('during'),
        after: requests('after'),
      }),
      responseMs: group<Phases<Percentiles>>({
        before: percentiles('checkpoint-response-before'),
        during: percentiles('checkpoint-response-during'),
        after: percentiles('checkpoint-response-after'),
      }),
    },
  ),
);
