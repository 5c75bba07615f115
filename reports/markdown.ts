import type { Objective, Percentiles, Result, RlsOverhead } from '../result/result.ts';
import { falseAlarmSentence } from './false-alarms.ts';
import {
  brief,
  count,
  duration,
  figure,
  moment,
  quantity,
  rate,
  ratio,
  size,
  statusWords,
} from './format.ts';
import { loadWords } from './load-words.ts';
import { storeTables } from './store-summary.ts';

/** GitHub refuses a step summary above 1,024 KiB. */
export const mostBytes = 1024 * 1024;
/** Rows of one table in the summary; the report has them all. */
const mostRows = 40;

/** summary.md for a CI step: the verdict, what it rests on, and the first rows of each section. At most 1 MiB. */
export function renderMarkdown(result: Result): string {
  const blocks = [
    head(result),
    night(result),
    checks('Objectives', result.objectives),
    checks('Trust', result.trust.checks),
    load(result),
    replication(result),
    longReads(result),
    commits(result),
    ...pooler(result),
    ...storeTables(result).map(({ title, columns, rows }) => section(title, columns, rows)),
    plans(result),
    indexes(result),
    pagination(result),
    rls(result),
    comparison(result),
    micro(result),
    dataset(result),
    notes(result),
  ].filter((block) => block !== '');
  return bounded(blocks);
}

/** Leaves out the last blocks, and says so, rather than going over the limit. */
function bounded(blocks: readonly string[]): string {
  const omitted = '\n_The rest is in index.html: the summary has reached the size that CI shows._\n';
  let text = '';
  for (const block of blocks) {
    if (Buffer.byteLength(text) + Buffer.byteLength(block) + Buffer.byteLength(omitted) + 2 > mostBytes)
      return text + omitted;
    text += `${text && '\n'}${block}\n`;
  }
  return text;
}

function head({ run, verdict, dataset: data, environment, readiness }: Result): string {
  const servers = environment.endpoints.map(({ name, version }) => `${name}: ${version}`).join(', ');
  return [
    `# ${statusWords[verdict.status]}${run.complete ? '' : ' (the run is not complete)'}`,
    '',
    ...verdict.reasons.slice(0, 20).map((reason) => `- ${text(reason)}`),
    '',
    ...release(readiness),
    `Suite **${text(run.suite)}**, ${moment(run.startedAt)}, run ${code(run.id)}${data ? `, scale ${text(data.scale)}, seed ${data.seed}` : ''}${servers && `. ${text(servers)}`}`,
    '',
    `Again: ${code(run.command)}`,
  ].join('\n');
}

const readinessWords = { ready: 'ready', 'not-ready': 'not ready', 'cannot-say': 'cannot say' } as const;

/** Whether it can go out, and what would make it pass. */
const release = (readiness: Result['readiness']): string[] =>
  readiness
    ? [
        `**Release: ${readinessWords[readiness.status]}.** ${text(readiness.answer)}`,
        '',
        ...readiness.obstacles
          .slice(0, 30)
          .map(({ what, kind, remedy }) => `- **${text(what)}** (${kind}): ${text(remedy)}`),
        '',
      ]
    : [];

const checks = (title: string, all: readonly Objective[]) =>
  section(
    title,
    ['', 'Name', 'Value', 'Limit', 'Why'],
    all.map(({ name, ok, value, limit, unit, why }) => [
      ok === null ? '–' : ok ? '✓' : '✗',
      name,
      value === null ? '–' : quantity(value, unit),
      limit === null ? '–' : brief(quantity(limit, unit)),
      why,
    ]),
  );

const load = ({ load: all }: Result) => {
  const told = all.flatMap((each) =>
    loadWords(each).map((sentence) => `- ${text(each.scenario)}: ${text(sentence)}`),
  );
  return [loadTable(all), told.join('\n')].filter((block) => block !== '').join('\n\n');
};

const loadTable = (all: Result['load']) =>
  section(
    'Load',
    [
      'Scenario',
      'Model',
      'Offered',
      'Achieved',
      'Dropped',
      'Errors',
      'Response p50',
      'p99',
      'max',
      'Service p50',
      'p99',
    ],
    all.map((each) => [
      each.scenario,
      each.model,
      given(each.offeredRate, rate),
      rate(each.achievedRate),
      count(each.dropped),
      count(Object.values(each.errors).reduce((sum, n) => sum + n, 0)),
      ...(['p50', 'p99', 'max'] as const).map((level) => percentile(each.responseMs, level)),
      ...(['p50', 'p99'] as const).map((level) => percentile(each.serviceMs, level)),
    ]),
  );

const nightOrder = ['confirmed', 'suspect', 'new', 'fixed', 'accepted'];

/** What is not steady, with the commits since the last good night. */
function night({ nightly }: Result): string {
  if (!nightly) return '';
  const told = nightly.metrics.filter(({ state }) => nightOrder.includes(state));
  const metrics = section(
    'Night',
    ['State', 'Metric', 'Head / control', 'Why'],
    told
      .toSorted((a, b) => nightOrder.indexOf(a.state) - nightOrder.indexOf(b.state))
      .map(({ state, metric, value, why }) => [
        state,
        metric,
        given(value, (log) => ratio(Math.exp(log))),
        why,
      ]),
  );
  const plans = nightly.plans.map(
    (plan) => `- ${text(`${plan.statement}, ${plan.tenantClass}: ${plan.summary}`)}`,
  );
  const since = [...nightly.since.commits, ...nightly.since.settings].map((line) => `- ${text(line)}`);
  return [
    metrics || '## Night\n\nNothing is above its nights.',
    plans.length > 0 && `### Plans that moved\n\n${plans.join('\n')}`,
    since.length > 0 && `### Since the last good night\n\n${since.join('\n')}`,
  ]
    .filter(Boolean)
    .join('\n\n');
}

const replication = ({ replication: all }: Result) =>
  section(
    'Replication',
    ['Replica', 'Lag p50', 'p99', 'max', 'Lag max', 'Stale reads', 'Read your writes', 'Probe error'],
    all.map((each) => [
      each.replica,
      ...(['p50', 'p99', 'max'] as const).map((level) => percentile(each.lagMs, level)),
      given(each.lagBytes.max, size),
      given(each.staleReadsPct, (value) => `${figure(value)} %`),
      given(each.readYourWritesMs, duration),
      given(each.probeErrorMs, duration),
    ]),
  );

const longReads = ({ replicationStudy: study }: Result) =>
  section(
    'Long reads on a replica',
    ['Replica', 'hot_standby_feedback', 'Read', 'After', 'Replay waited', 'Dead rows kept on the primary'],
    (study?.conflicts ?? []).map((each) => [
      each.replica,
      given(each.hotStandbyFeedback, (on) => (on ? 'on' : 'off')),
      given(each.cancelled, (cancelled) => (cancelled ? `cancelled, ${each.sqlState}` : 'came to its end')),
      given(each.readMs, duration),
      given(each.replayHeldMs, duration),
      given(each.deadRowsKept, (kept) => `${count(kept)} of ${count(each.deadRowsMade ?? 0)}`),
    ]),
  );

const commits = ({ replicationStudy: study }: Result) =>
  section(
    'synchronous_commit',
    ['Mode', 'Commit p50', 'Beside on', 'Interval', 'Visible p50', 'Stale first reads'],
    (study?.commitModes?.modes ?? []).map((each) => [
      each.mode,
      given(each.commitMs.p50, duration),
      given(each.ratio, ratio),
      interval(each),
      given(each.visibleMs.p50, duration),
      given(each.staleReadsPct, (value) => `${figure(value)} %`),
    ]),
  );

const errorsOf = (errors: Readonly<Record<string, number>>) =>
  Object.entries(errors)
    .map(([state, n]) => `${state} ${count(n)}`)
    .join(', ') || 'none';

const pooler = ({ pooler: all }: Result) => [
  section(
    'Pooler',
    ['Clients', 'Requests', 'Errors', 'Response p50', 'Wait p50', 'sv_active, most', 'Pool'],
    all
      .filter((each) => each.kind === 'crowd')
      .map((each) => [
        count(each.clients),
        given(each.requestsPerSecond, rate),
        each.requests === null ? (each.why ?? '–') : errorsOf(each.errors),
        given(each.responseMs?.p50 ?? null, duration),
        given(each.waitMs?.p50 ?? null, duration),
        given(each.serversActiveMax, count),
        given(each.poolSize, count),
      ]),
  ),
  section(
    'Pooled beside direct connections',
    ['Request', 'Direct', 'Pooled', 'Pooled / direct', 'Interval', 'Pairs'],
    all
      .filter((each) => each.kind === 'price')
      .map((each) => [
        each.name,
        rate(each.directPerSecond),
        rate(each.pooledPerSecond),
        given(each.ratio, ratio),
        interval(each),
        count(each.pairs),
      ]),
  ),
  section(
    'Through the pooler',
    ['What', 'Requests', 'Another tenant’s identity', 'Errors'],
    all.flatMap((each) => {
      if (each.kind === 'prepared')
        return [[`${each.name} statements`, count(each.requests), '–', errorsOf(each.errors)]];
      return each.kind === 'identity'
        ? [[each.name, count(each.reads), count(each.foreignReads), errorsOf(each.errors)]]
        : [];
    }),
  ),
];

const interval = ({ low, high }: { low: number | null; high: number | null }) =>
  low === null || high === null ? '–' : `${ratio(low)} to ${ratio(high)}`;

const plans = ({ plans: all }: Result) =>
  section(
    'Plans',
    ['', 'Statement', 'As', 'Tenant', 'Buffers hit', 'read', 'Time', 'q-error', 'Expectation'],
    all
      .toSorted((a, b) => Number(b.expectation.ok === false) - Number(a.expectation.ok === false))
      .map((plan) => [
        plan.expectation.ok === null ? '–' : plan.expectation.ok ? '✓' : '✗',
        plan.statement,
        plan.variant,
        plan.tenantClass,
        given(plan.buffers.hit, count),
        given(plan.buffers.read, count),
        given(plan.executionMs, duration),
        given(plan.maxQError, figure),
        plan.expectation.why,
      ]),
  );

const indexes = ({ index: all }: Result) =>
  section(
    'Indexes',
    ['Change', 'Answer', 'Helped', 'Regressed', 'WAL per insert', 'WAL per update', 'HOT', 'Size', 'Build'],
    all.map((each) => [
      each.change,
      each.answer ?? each.verdict ?? '',
      each.helped.join(', '),
      each.regressed.join(', '),
      given(each.writePrice.walBytesPerInsert, size),
      given(each.writePrice.walBytesPerUpdate, size),
      given(each.writePrice.hotPct, (value) => `${figure(value)} %`),
      given(each.sizeBytes, size),
      given(each.buildMs, duration),
    ]),
  );

const pagination = ({ pagination: all }: Result) =>
  section(
    'Pagination',
    ['Statement', 'Method', 'Tenant', 'Depth', 'Buffers', 'Time'],
    all.map((page) => [
      page.statement,
      [page.method, page.form].filter(Boolean).join(', '),
      page.tenantClass,
      count(page.depth),
      given(page.buffers, count),
      given(page.ms, duration),
    ]),
  );

function rls({ rls: data }: Result): string {
  if (!data) return '';
  const { reads, rows, foreignRows } = data.leaks;
  const leaks = `${count(foreignRows)} rows of another tenant among ${count(rows)} rows of ${count(reads)} reads.`;
  const table = section(
    'Row-level security',
    ['Statement', 'Policy', 'Tenant', 'Time against owner', 'Interval', 'Pairs'],
    data.overhead.map((each) => [
      each.statement,
      each.variant,
      each.tenantClass,
      given(each.ratio, ratio),
      each.low === null || each.high === null ? '–' : `${ratio(each.low)} to ${ratio(each.high)}`,
      count(each.pairs),
    ]),
  );
  return [table || '## Row-level security', keptFromIndex(data.overhead), leaks].filter(Boolean).join('\n\n');
}

/** Each condition once, whatever form the policy has. */
function keptFromIndex(overhead: readonly RlsOverhead[]): string {
  const lines = overhead.flatMap(({ statement, keptFromIndex: kept = [] }) =>
    kept.map(
      ({ clause, functions }) =>
        `- ${text(statement)}: ${code(clause)} is a filter and no index condition, because ${code(functions.join(', '))} is not LEAKPROOF.`,
    ),
  );
  return [...new Set(lines)].slice(0, mostRows).join('\n');
}

const comparison = ({ comparison: all, falseAlarms }: Result) =>
  [comparisonTable(all), falseAlarms === undefined ? '' : text(falseAlarmSentence(falseAlarms))]
    .filter((block) => block !== '')
    .join('\n\n');

const comparisonTable = (all: Result['comparison']) =>
  section(
    'Comparison',
    ['Metric', 'A', 'B', 'B / A', 'Interval', 'Pairs', 'Verdict'],
    all.map((each) => [
      each.metric,
      given(each.a, figure),
      given(each.b, figure),
      given(each.ratio, ratio),
      each.low === null || each.high === null ? '–' : `${ratio(each.low)} to ${ratio(each.high)}`,
      count(each.pairs),
      each.verdict,
    ]),
  );

const micro = ({ micro: all }: Result) =>
  section(
    'Micro-benchmarks',
    ['Name', 'p50', 'p99', 'Operations', 'Samples'],
    all.map((each) => [
      each.name,
      given(each.p50, (value) => quantity(value, each.unit)),
      given(each.p99, (value) => quantity(value, each.unit)),
      rate(each.operationsPerSecond),
      count(each.samples),
    ]),
  );

const dataset = ({ dataset: data }: Result) =>
  section(
    'Data',
    ['Table', 'Rows', 'Size'],
    (data?.tables ?? []).map((table) => [table.name, count(table.rows), size(table.bytes)]),
  );

function notes({ skipped, warnings }: Result): string {
  const lines = [
    ...warnings.map(({ message, advice }) => `- **Warning:** ${text(message)} ${text(advice)}`),
    ...skipped.map(({ part, why, how }) => `- **Skipped, ${text(part)}:** ${text(why)} ${text(how)}`),
  ];
  return lines.length ? `## Notes\n\n${lines.slice(0, 100).join('\n')}` : '';
}

function section(title: string, columns: readonly string[], rows: readonly (readonly string[])[]): string {
  if (rows.length === 0) return '';
  const shown = rows.slice(0, mostRows);
  return [
    `## ${title}`,
    '',
    line(columns),
    line(columns.map(() => '---')),
    ...shown.map((row) => line(row.map(text))),
    ...(rows.length > shown.length ? ['', `_${rows.length - shown.length} more rows in index.html._`] : []),
  ].join('\n');
}

const line = (cells: readonly string[]) => `| ${cells.join(' | ')} |`;
const given = <T>(value: T | null, format: (value: T) => string) => (value === null ? '–' : format(value));
const percentile = (of: Percentiles, level: 'p50' | 'p99' | 'max') => given(of[level], duration);

/** Text that Markdown and HTML leave alone: no tag, link, emphasis, table cell or line of its own; bounded. */
const text = (raw: string) =>
  (raw.length > 600 ? `${raw.slice(0, 600)}…` : raw)
    .replace(/[\r\n]+/g, ' ')
    .replace(/&/g, '&amp;')
    .replace(/</g, '&lt;')
    .replace(/[\\`*_[\]|#~>]/g, '\\$&')
    .replace(/\b(https?|www)(?=[:.])/gi, '$1\u200b');

/** Code that may hold backticks itself. */
function code(raw: string): string {
  const flat = raw.replace(/[\r\n]+/g, ' ');
  const fence = '`'.repeat(1 + Math.max(0, ...[...flat.matchAll(/`+/g)].map(([ticks]) => ticks.length)));
  return fence === '`' ? `\`${flat}\`` : `${fence} ${flat} ${fence}`;
}
