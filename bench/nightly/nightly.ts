import type { Judged as Gated, Metric } from '../../analysis/gate/gate.ts';
import { gate } from '../../analysis/gate/gate.ts';
import { judgedPair } from '../../analysis/gate/judged-pair.ts';
import {
  afterGate,
  type Confirmation,
  exactValue,
  type Judged,
  judgeExact,
  judgeTime,
} from '../../analysis/nightly/judge-night.ts';
import { confirmations, nightValue } from '../../analysis/nightly/night-value.ts';
import type { Past } from '../../analysis/nightly/past.ts';
import { byRisk } from '../../analysis/nightly/risk.ts';
import { maxSuspicious } from '../../analysis/nightly/suspicion.ts';
import { connect } from '../../infra/topology/session.ts';
import type { ComparisonResult, Environment, Nightly, NightMetric, Result } from '../../result/result.ts';
import { type Cell, cellName, drawCells } from '../compare/cells.ts';
import { clockOf } from '../compare/clock.ts';
import { metricName, pairsOf } from '../compare/rounds.ts';
import { dataDiffer, differingTables } from '../compare/same-data.ts';
import { openSides, type ReadySide } from '../compare/side.ts';
import type { Measure, Setting } from '../measure.ts';
import { baseSide, type Side } from '../variant/parse.ts';
import type { Build } from './control.ts';
import { movedPlans } from './moved-plans.ts';
import type { NightControl } from './night-control.ts';
import { sinceLastGood } from './since.ts';
import { commonTexts } from './texts.ts';
import { freshPairs, type NightTimes, timeNight } from './time.ts';
import { compareWork, type ExactPair, type Work } from './work.ts';

export interface Night {
  /** Found where tonight is measured: of a database of the user's it depends on what is there. */
  readonly control: (setting: Setting) => Promise<NightControl>;
  readonly head: Pick<Build, 'digest' | 'commit'>;
  /** Of all statements that head has, whichever are measured. */
  readonly names: ReadonlySet<string>;
  /** What head has beside its build, as typed: set:work_mem=64MB. */
  readonly changes: Side;
  /** The nights before, given where tonight is measured. */
  readonly past: (environment: Environment, control: NightControl) => Promise<Past>;
  /** Of the whole command. */
  readonly secondsLeft: () => number;
}

const drawsPerCell = 4;

/** Head against the pinned control on identical data, and against the nights before. */
export function nightlyMeasure(night: Night): Measure {
  return {
    part: 'comparison',
    needs: ['primary'],
    userInput: true,
    run: (setting) => measureNight(setting, night),
  };
}

type Sides = readonly [ReadySide, ReadySide];

async function measureNight(
  setting: Setting,
  night: Night,
): Promise<Pick<Result, 'comparison' | 'warnings' | 'nightly'>> {
  const started = performance.now();
  const { id, environment } = setting.run!;
  const control = await night.control(setting);
  setting.progress.note(`The control is ${control.label} (${control.digest}).`);
  const texts = commonTexts(setting.catalogue, night.names, control.catalogue);
  await using made = new AsyncDisposableStack();
  const opened = await openSides(made, setting, [controlSide(control), night.changes]);
  const sides: Sides = [{ ...opened[0], texts: texts.control }, opened[1]];
  const primary = setting.topology.get('primary');
  await using admin = await connect(primary.url('admin', sides[0].database), 'olympus-nightly');
  await using adminHead = await connect(primary.url('admin', sides[1].database), 'olympus-nightly');
  const drawn = await drawCells(admin, { ...setting, catalogue: texts.common }, drawsPerCell);
  const past = await night.past(environment, control);
  const work = await compareWork(setting, sides, drawn.cells);
  const order = byRisk(work.cells.filter(({ comparable }) => comparable).map((one) => riskOf(one, past)));
  const { clock } = clockOf(controlSide(control), night.changes);
  const times = await timeNight(
    setting,
    sides,
    order.map(({ cell }) => cell),
    clock,
    night.secondsLeft,
  );
  const exact = work.exact.map((pair) => exactMetric(pair, id, past));
  const whole = setting.catalogue.length === night.names.size && times.left.length === 0;
  const timed = await judgeTimes(setting, sides, times, past, whole);
  const moved = movedCells([...exact, ...timed.metrics], drawn.cells);
  await setting.keep('nightly/slots.json', JSON.stringify(times.timed.map((one) => rawOf(one, times.clock))));
  return {
    comparison: times.metrics.map(rowOf(times)),
    warnings: [
      ...drawn.warnings,
      ...texts.warnings,
      ...work.warnings,
      ...(times.short === null
        ? []
        : [
            {
              code: 'no-time-to-time',
              message: times.short,
              advice: 'Give more, for example --budget 30m, or a smaller --scale.',
            },
          ]),
      ...times.failed.map((why) => ({
        code: 'statement-failed',
        message: `It could not be timed: ${why}`,
        advice: 'Run it by hand.',
      })),
      ...dataDiffer(await differingTables(admin, adminHead)),
    ],
    nightly: {
      night: past.night,
      control: { label: control.label, digest: control.digest, commit: control.commit },
      head: {
        digest: night.head.digest,
        commit: night.head.commit,
        changes: night.changes.changes.length > 0 ? [night.changes.label] : [],
      },
      void: times.void ?? timed.void,
      rounds: times.rounds,
      seconds: (performance.now() - started) / 1000,
      left: [...times.left],
      lastGood: past.lastGood && { run: past.lastGood.run, startedAt: past.lastGood.startedAt },
      since: withDifferences(await sinceLastGood(past.lastGood?.environment ?? null, environment), control),
      plans: await movedPlans(sides, moved),
      metrics: [...exact, ...timed.metrics],
    },
  };
}

const controlSide = ({ changes }: NightControl): Side => ({ ...baseSide, label: 'control', changes });

const withDifferences = (since: Nightly['since'], { differs }: NightControl): Nightly['since'] => ({
  ...since,
  settings: [...differs, ...since.settings],
});

const isOpen = (state: string | undefined) => state === 'new' || state === 'suspect' || state === 'confirmed';

function riskOf({ cell, planChanged }: Work['cells'][number], past: Past) {
  const series = ['CPU', 'wall'].map((clock) => past.of(`${cellName(cell)}, ${clock} ms`));
  const nights = Math.max(...series.map((one) => one.nights.length));
  const last = Math.max(...series.map((one) => one.nights.findLastIndex(({ value }) => value !== null)));
  return {
    cell,
    planChanged,
    watched: series.some(({ previous }) => isOpen(previous?.state)),
    weight: cell.statement.weight,
    nightsAgo: nights === 0 ? 0 : nights - 1 - last,
  };
}

function exactMetric({ metric, unit, control, head, why }: ExactPair, run: string, past: Past): NightMetric {
  const exact = { control, head, coarse: unit === 'pages' };
  const judged = judgeExact(past.of(metric), run, exact);
  return {
    ...{ metric, unit, exact: true, control, head, value: exactValue(exact), confirmation: null },
    ...stored(judged),
    why: why ?? judged.why,
  };
}

const stored = ({ state, since, baseline, nights, missing, why }: Judged) => ({
  ...{ state, since, nights, missing, why },
  baseline: baseline && { level: baseline.level, limit: baseline.limit },
});

/** Each statement; the workload by the same clock, and only of all statements: of others it is another metric. */
const isJudged = ({ role, name }: Metric, clock: NightTimes['clock'], whole: boolean): boolean =>
  role !== 'control' && name.endsWith(metricName('', clock)) && (whole || !name.startsWith('workload '));

async function judgeTimes(
  setting: Setting,
  sides: Sides,
  times: NightTimes,
  past: Past,
  whole: boolean,
): Promise<{ metrics: NightMetric[]; void: string | null }> {
  const series = times.metrics.filter((metric) => isJudged(metric, times.clock, whole));
  const values = series.map((metric) => ({ metric, value: nightValue(metric.pairs) }));
  const judged = values.flatMap(({ metric, value }) =>
    value === null
      ? []
      : [{ metric, value, judged: judgeTime(past.of(metric.name), setting.run!.id, value) }],
  );
  const suspects = times.void === null ? maxSuspicious(judged.filter((one) => one.judged.confirm)) : [];
  const { confirmed, void: voided } = await confirm(setting, sides, times, suspects);
  return {
    void: voided,
    metrics: judged.map(({ metric, value, judged: before }): NightMetric => {
      const confirmation = confirmed.get(metric.name) ?? null;
      const final = confirmation ? afterGate(before, confirmation) : withoutGate(before);
      const isVoid = times.void !== null;
      const pair = judgedPair(metric.pairs, Math.exp(value));
      return {
        ...{ metric: metric.name, unit: 'ms', exact: false, confirmation },
        control: pair.a,
        head: pair.b,
        value: isVoid ? null : value,
        ...stored(isVoid ? asBefore(before, past.of(metric.name).previous) : final),
      };
    }),
  };
}

/** The gate takes few at once, and what fails when it is measured again has no fresh pairs. */
const withoutGate = (judged: Judged): Judged =>
  judged.confirm
    ? {
        ...judged,
        why: `${judged.why}; the gate has not judged it tonight, which takes the furthest above first`,
      }
    : judged;

/** A void night changes no state. */
const asBefore = (
  judged: Judged,
  previous: { state: Judged['state']; since: string | null } | null,
): Judged => ({
  ...judged,
  state: previous?.state ?? 'learning',
  since: previous?.since ?? null,
  why: 'This night is void.',
});

type Suspected = { readonly metric: Metric; readonly judged: Judged };

/** Fresh slots for what is suspect; of a workload all statements of its tenant class. */
async function confirm(
  setting: Setting,
  sides: Sides,
  times: NightTimes,
  suspects: readonly Suspected[],
): Promise<{ confirmed: ReadonlyMap<string, Confirmation>; void: string | null }> {
  if (suspects.length === 0) return { confirmed: new Map(), void: null };
  setting.progress.note(`Confirming ${suspects.map(({ metric }) => metric.name).join(', ')}.`);
  const measured = times.timed.filter(({ role }) => role === 'measured').map(({ cell }) => cell);
  const cells = measured.filter((cell) =>
    suspects.some(({ metric: { name } }) =>
      name.startsWith('workload ')
        ? name.startsWith(`workload ${cell.tenant.class},`)
        : name.startsWith(`${cellName(cell)}, `),
    ),
  );
  const judge = (metrics: readonly Metric[]) =>
    confirmations(
      suspects.flatMap(({ metric: { name }, judged: { baseline } }) => {
        const fresh = metrics.find((one) => one.name === name);
        return fresh ? [{ name, level: baseline!.level, pairs: fresh.pairs }] : [];
      }),
    );
  const decided = (metrics: readonly Metric[]) =>
    [...judge(metrics).values()].every(
      ({ verdict }) => verdict !== 'inconclusive' && verdict !== 'not enough samples',
    );
  const fresh = await freshPairs(setting, sides, cells, times.clock, decided);
  await setting.keep(
    'nightly/confirmation.json',
    JSON.stringify(fresh.timed.map((one) => rawOf(one, times.clock))),
  );
  if (fresh.void !== null) return { confirmed: new Map(), void: `while confirming, ${fresh.void}` };
  return { confirmed: judge(fresh.metrics), void: null };
}

const movedCells = (metrics: readonly NightMetric[], cells: readonly Cell[]): Cell[] => {
  const moved = metrics.filter(({ state }) => state === 'confirmed' || state === 'suspect');
  return cells.filter((cell) => moved.some(({ metric }) => metric.startsWith(`${cellName(cell)}, `)));
};

/** Tonight's slots beside each other; they advise: the states decide. */
const rowOf =
  (times: NightTimes) =>
  (metric: Metric): ComparisonResult => {
    const [judged] = gate([{ ...metric, role: metric.role === 'control' ? 'control' : 'advisory' }])
      .metrics as [Gated];
    const { estimate, low, high, level, verdict, pairs, p, why } = judged;
    return {
      metric:
        metric.role === 'control'
          ? metric.name.replace('control', 'control (no build can affect it)')
          : metric.name,
      ...judgedPair(metric.pairs, estimate),
      ...{ ratio: estimate, low, high, level, verdict, p, why, unit: 'ms' },
      pairs: pairs ?? times.rounds,
      role: metric.role === 'control' ? 'control' : 'advisory',
    };
  };

const rawOf = (one: NightTimes['timed'][number], clock: NightTimes['clock']) => ({
  statement: one.cell.statement.name,
  tenantClass: one.cell.tenant.class,
  role: one.role,
  clock,
  pairsMs: pairsOf(one, clock),
});
