import { usage } from '../config/fault.ts';
import { suggest } from '../config/nearest.ts';
import type { AcceptedChange } from '../result/history.ts';
import { writeAcceptance } from './acceptances.ts';
import { type History, metricsIn } from './history.ts';
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
  const point = metrics
    .filter(({ name }) => name === metric)
    .map(({ no }) =>
      history.index
        .prepare('SELECT value, state, since FROM points WHERE metric = ? AND run = ?')
        .get(no, newest.no),
    )
    .find((row) => row !== undefined) as Newest | undefined;
  const open = ['new', 'suspect', 'confirmed'];
  if (!point?.state || !open.includes(point.state))
    throw usage(
      `There is nothing to accept: "${metric}" is ${point?.state ?? 'as in the control'} in ${newest.id}.`,
      `See ./olympus history show "${metric}".`,
    );
  const accepted: AcceptedChange = {
    ...{ metric, reason: reason.trim(), at, run: newest.id },
    from: point.since ?? newest.id,
    level: point.value ?? 0,
    control: newest.control!,
  };
  await writeAcceptance(history.root, accepted);
  return accepted;
}
