/** The section `vacuum` of result.json: what a long transaction on a replica keeps on the primary, and what that costs. */
import { type Static, Type } from 'typebox';
import { exact, group, not, rows } from '../figure-tree.ts';
import { optionalSection } from '../measure-description.ts';
import { Nullable } from '../percentiles.ts';

const phases = Type.Object({ before: Type.Integer(), held: Type.Integer(), after: Type.Integer() });

export const VacuumResult = Type.Object({
  case: Type.String({ description: 'hot_standby_feedback of the replica on which the transaction was open' }),
  repetition: Type.Integer(),
  rows: Type.Integer({ description: 'of the table' }),
  rounds: Type.Integer({ description: 'so often every row was changed, with a vacuum after each' }),
  /** Before the changes; after them while the transaction was open; after it had ended and a vacuum. */
  deadRows: phases,
  tableBytes: phases,
  /** Pages that counting all rows reads, and those of a hundred rows by their key. */
  scanPages: phases,
  lookupPages: phases,
  heldXids: Nullable(
    Type.Integer({
      description: 'transactions that the replica held the primary back; null: it asked for nothing',
    }),
  ),
  replayBehindBytes: Nullable(
    Type.Integer({ description: 'WAL that the replica had not replayed at the end of the transaction' }),
  ),
  sameAnswer: Nullable(
    Type.Boolean({
      description: 'the transaction read at its end what it read first; null: it was cancelled',
    }),
  ),
  sqlState: Nullable(Type.String({ description: 'with which the transaction was cancelled' })),
  /** Of the database that is closest to it, in transactions. */
  wraparound: Type.Object({
    database: Type.String(),
    ageXids: Type.Integer({ description: 'age(datfrozenxid)' }),
    freezeMaxAgeXids: Type.Integer({ description: 'autovacuum_freeze_max_age: then a vacuum is forced' }),
    leftXids: Type.Integer({ description: 'until then' }),
  }),
  healed: Nullable(Type.Boolean()),
  healedHow: Type.String({ description: 'what was looked at, or why it could not be' }),
  /** Why the figures are not what they are meant to be. */
  why: Nullable(Type.String()),
});
export type VacuumResult = Static<typeof VacuumResult>;

type Phases = VacuumResult['deadRows'];
const inPhases = (name: string, unit: 'rows' | 'B' | 'pages', help: string) =>
  group<Phases>({
    before: exact(`${name}-before`, unit, { better: 'none', decides: null, help: `${help}, before.` }),
    held: exact(`${name}-held`, unit, {
      decides: null,
      help: `${help}, while a transaction on the replica is open.`,
    }),
    after: exact(`${name}-after`, unit, { decides: null, help: `${help}, after it has ended and a vacuum.` }),
  });

export const vacuumSection = optionalSection(
  Type.Optional(Type.Array(VacuumResult)),
  rows<VacuumResult>(
    ({ case: of, repetition }, all) => ({
      ...{ drill: 'vacuum', case: of },
      repetition: all.some((one) => one.repetition > 1) ? repetition : null,
    }),
    {
      repetition: not('a label'),
      rows: not('the size of the drill’s own table'),
      rounds: not('how often it is changed'),
      deadRows: inPhases('dead-rows', 'rows', 'Dead rows that a vacuum leaves'),
      tableBytes: inPhases('table-size', 'B', 'Size of the changed table'),
      scanPages: inPhases('scan-pages', 'pages', 'Pages that reading the whole table takes'),
      lookupPages: inPhases('lookup-pages', 'pages', 'Pages that a hundred rows by their key take'),
      heldXids: exact('held-transactions', 'events', {
        decides: null,
        help: 'Transactions that the replica holds the primary’s vacuum back.',
      }),
      replayBehindBytes: exact('replay-behind', 'B', {
        decides: null,
        help: 'WAL that the replica had not replayed when its long transaction ended.',
      }),
      wraparound: group<VacuumResult['wraparound']>({
        ageXids: not('the distance says it'),
        freezeMaxAgeXids: not('a setting'),
        leftXids: exact('wraparound-distance', 'events', {
          ...{ better: 'more', decides: null },
          help: 'Transactions until autovacuum_freeze_max_age forces a vacuum.',
        }),
      }),
    },
  ),
);
