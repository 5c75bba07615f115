import { join } from 'node:path';
import { usage } from '../config/fault.ts';
import { suggest } from '../config/nearest.ts';
import type { AcceptedChange } from '../result/history.ts';
import { acceptedName, writeAcceptance } from './acceptances.ts';
import { type History, type IndexedRun, type Metric, metricsIn } from './history.ts';
import { nights } from './update.ts';

interface Newest {
  readonly value: number | null;
  readonly state: string | null;
  readonly since: string | null;
}

/**
 * Accepts what a metric shows in the newest night: from where its finding began, that is the new baseline.
 * @throws Fault (usage) without a reason, for a metric that is none, and for one in which nothing is to be accepted
 */
export async function acceptChange(
  history: History,
  metric: string,
  reason: string,
  at: string,
): Promise<AcceptedChange> {
  if (reason.trim() === '')
    throw usage('A change is accepted for a reason.', 'Say it: --reason "the new index is worth it".');
  const newest = history.runs.findLast(({ suite }) => suite === nights);
  if (!newest) throw usage(`There is no night in ${history.root}.`, 'Make one: ./olympus nightly');
  const metrics = metricsIn(history).filter(({ kind }) => kind !== 'figure');
  const names = [...new Set(metrics.map(({ name }) => name))];
  if (!names.includes(metric))
    throw usage(`No night has a metric "${metric}".`, suggest(metric, names.slice(0, 400)));
  const own = metrics.filter(({ name }) => name === metric);
  const point = pointIn(history, own, newest);
  const open = ['new', 'suspect', 'confirmed'];
  if (!point?.state || !open.includes(point.state))
    throw usage(
      `There is nothing to accept: "${metric}" is ${point?.state ?? 'as in the control'} in ${newest.id}.`,
      `See ./olympus history show "${metric}".`,
    );
  const before = history.accepted.findLast(
    (one) =>
      history.aliases(one.metric) === metric && one.run === newest.id && one.control === newest.control,
  );
  if (before)
    throw usage(
      `What "${metric}" shows in ${newest.id} is accepted already: ${before.reason}.`,
      `To say it otherwise, change its line in ${join(history.root, acceptedName)}.`,
    );
  const from = point.since ?? newest.id;
  const level = newestValue(history, own, newest, from);
  if (level === null)
    throw usage(
      `There is no value of "${metric}" to accept: every night since ${from} is void, or did not measure it.`,
      'Make another night: ./olympus nightly',
    );
  const accepted: AcceptedChange = {
    ...{ metric, reason: reason.trim(), at, run: newest.id },
    ...{ from, level },
    control: newest.control!,
  };
  await writeAcceptance(history.root, accepted);
  return accepted;
}

/** Under whichever of its names the run has it. */
function pointIn({ index }: History, names: readonly Metric[], { no }: IndexedRun): Newest | undefined {
  const query = index.prepare('SELECT value, state, since FROM points WHERE metric = ? AND run = ?');
  return names.map((one) => query.get(one.no, no)).find((row) => row !== undefined) as Newest | undefined;
}

/** A void night keeps the state of a time and has no value: then the newest one counts that has, from `from` on. */
function newestValue(
  history: History,
  names: readonly Metric[],
  { key }: IndexedRun,
  from: string,
): number | null {
  const timed = names.some(({ unit }) => unit === 'ms');
  const own = history.runs.filter((run) => run.suite === nights && run.key === key);
  const since = own.slice(
    Math.max(
      0,
      own.findIndex(({ id }) => id === from),
    ),
  );
  const values = since
    .filter((run) => !timed || run.void === null)
    .map((run) => pointIn(history, names, run)?.value ?? null);
  return values.findLast((value) => value !== null) ?? null;
}
