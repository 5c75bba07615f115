/** The section `drill` of result.json: what a fault under load cost the clients, and every write accounted for. */
import { type Static, Type } from 'typebox';
import { exact, group, not, percentiles, rows, tally, timed } from '../figure-tree.ts';
import { measure, optionalSection } from '../measure-description.ts';
import { Nullable, Percentiles } from '../percentiles.ts';
import { words } from '../words.ts';
import { checkpointSection } from './checkpoint.ts';
import { DrillLedger } from './drill-ledger.ts';
import { migrationSection } from './migration.ts';
import { recovery } from './recovery.ts';
import { vacuumSection } from './vacuum.ts';

export { DrillLedger } from './drill-ledger.ts';

const byPhase = <T extends Parameters<typeof Nullable>[0]>(each: T) =>
  Type.Object({ before: each, during: each, after: each });

export const DrillResult = Type.Object({
  name: Type.String({ description: 'the drill' }),
  case: Type.String({ description: 'what was broken, and how' }),
  repetition: Type.Integer(),
  under: Nullable(
    Type.String({ description: 'the load scenario that ran meanwhile; null: the ledger alone' }),
  ),
  via: Type.String({ description: 'the endpoint that took the writes' }),
  judged: words('writes', 'reads'),
  reads: Type.String({ description: 'the endpoint that took the reads' }),
  offeredRate: Type.Number({ description: 'writes a second, and as many reads' }),
  /** Of the judged requests, by the phase in which they were due. */
  requests: byPhase(Type.Integer()),
  /** From the injection until what was broken was repaired. */
  brokenMs: Nullable(Type.Number()),
  /** In which no request succeeded, all times together, and the longest. */
  unavailableMs: Nullable(Type.Number()),
  longestOutageMs: Nullable(Type.Number()),
  recoverMs: Nullable(Type.Number()),
  outageFromMs: Nullable(
    Type.Number({ description: 'a pause between two successes up to this is the usual one, and no outage' }),
  ),
  errors: Type.Record(Type.String(), Type.Integer(), {
    description: 'of all requests, by SQLSTATE, or by the error of the connection',
  }),
  /** Response times of the requests that succeeded, from when each was due; p99 alone, as the contract names it. */
  p99Ms: byPhase(Nullable(Type.Number())),
  responseMs: byPhase(Percentiles),
  healed: Nullable(Type.Boolean()),
  healedHow: Type.String({ description: 'what was looked at, or why it could not be' }),
  /** no-loss: an acknowledged write that is gone is a missed objective; none: the loss is measured. */
  promise: words('no-loss', 'none'),
  ledger: DrillLedger,
  /** Why a figure is null, or why nothing can be said at all. */
  why: Nullable(Type.String()),
  /** What the clients of the scenario saw; null: there was none. */
  load: Nullable(
    Type.Object({
      scenario: Type.String(),
      offeredRate: Type.Number(),
      requests: Type.Integer(),
      errors: Type.Record(Type.String(), Type.Integer()),
      p99Ms: byPhase(Nullable(Type.Number())),
      responseMs: byPhase(Percentiles),
    }),
  ),
  /** Of each process with what it forked, without what it shares: medians of the first and the last third; of a soak. */
  memory: Type.Array(
    Type.Object({ process: Type.String(), firstBytes: Type.Number(), lastBytes: Type.Number() }),
  ),
  /** The first of the acknowledged writes that are gone. */
  lostTokens: Type.Array(Type.String()),
  seconds: Type.Array(
    Type.Object({
      s: Type.Integer({ description: 'since the injection' }),
      succeeded: Type.Integer(),
      errors: Type.Record(Type.String(), Type.Integer()),
    }),
  ),
  events: Type.Array(Type.Object({ s: Type.Number(), what: Type.String() })),
  file: Nullable(Type.String({ description: 'every request, below the run directory' })),
});
export type DrillResult = Static<typeof DrillResult>;

type Phases<T> = { before: T; during: T; after: T };
const requests = (phase: string) => exact(`requests-${phase}`, 'requests', { better: 'none' });
const p99 = (phase: string, of = '') =>
  timed(`${of}p99-${phase}`, 'ms', {
    help: `Response time of what succeeded, from when it was due; ${phase} the fault.`,
  });
/** How many there were depends on the moment: it advises, and the objectives decide. */
const writes = (name: string, better: 'less' | 'none', help: string) =>
  exact(name, 'rows', { better, decides: null, help });

export const drill = measure({
  part: 'drill',
  title: 'Drills',
  what: 'what a fault under load costs the clients, and whether every acknowledged write is still there',
  suites: [],
  sections: {
    migration: migrationSection,
    recovery,
    vacuum: vacuumSection,
    checkpoint: checkpointSection,
    drill: optionalSection(
      Type.Optional(Type.Array(DrillResult)),
      rows<DrillResult>(
        ({ name, case: of, repetition, via }, all) => ({
          ...{ drill: name, case: of, via },
          repetition: all.some((one) => one.repetition > 1) ? repetition : null,
        }),
        {
          repetition: not('a label'),
          offeredRate: timed('offered-rate', '/s', { better: 'none' }),
          requests: group<Phases<number>>({
            before: requests('before'),
            during: requests('during'),
            after: requests('after'),
          }),
          brokenMs: timed('broken', 'ms', {
            better: 'none',
            help: 'From the injection until what was broken was repaired.',
          }),
          unavailableMs: timed('unavailable', 'ms', {
            help: 'Time after the injection in which no request succeeded, all of it.',
          }),
          longestOutageMs: timed('longest-outage', 'ms', {
            help: 'The longest time after the injection in which no request succeeded.',
          }),
          recoverMs: timed('recover', 'ms', {
            help: 'From the injection until requests succeed again and go on succeeding.',
          }),
          outageFromMs: not('how finely an outage is seen'),
          errors: tally('errors', 'errors', 'sqlstate', { decides: null }),
          p99Ms: group<Phases<number>>({ before: p99('before'), during: p99('during'), after: p99('after') }),
          responseMs: group<Phases<Percentiles>>({
            before: percentiles('response-before'),
            during: percentiles('response-during'),
            after: percentiles('response-after'),
          }),
          ledger: group({
            acknowledged: writes('acknowledged', 'none', 'Writes whose commit the client was told of.'),
            present: writes('present', 'none', 'Acknowledged writes whose rows are there.'),
            lost: writes('lost', 'less', 'Acknowledged writes whose rows are gone.'),
            refused: writes('refused', 'none', 'Writes that the server refused with an error.'),
            notSent: writes('not-sent', 'none', 'Writes for which there was no connection.'),
            uncertain: writes('uncertain', 'none', 'Writes that were sent and never answered.'),
            unacknowledgedPresent: writes(
              'unacknowledged-present',
              'none',
              'Writes that were never answered and are there.',
            ),
            impossible: writes('impossible', 'less', 'Rows that nobody wrote, or that were refused.'),
          }),
          load: group({
            offeredRate: timed('load-offered-rate', '/s', { better: 'none' }),
            requests: exact('load-requests', 'requests', { better: 'none' }),
            errors: tally('load-errors', 'errors', 'sqlstate', { decides: null }),
            p99Ms: group<Phases<number>>({
              before: p99('before', 'load-'),
              during: p99('during', 'load-'),
              after: p99('after', 'load-'),
            }),
            responseMs: group<Phases<Percentiles>>({
              before: percentiles('load-response-before'),
              during: percentiles('load-response-during'),
              after: percentiles('load-response-after'),
            }),
          }),
          memory: rows(({ process }) => ({ process }), {
            firstBytes: timed('memory-first', 'B', { better: 'none' }),
            lastBytes: timed('memory-last', 'B'),
          }),
          seconds: not('the course over time'),
          events: not('the course over time'),
        },
      ),
    ),
  },
});
